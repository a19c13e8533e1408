import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type MatrixBench, openMatrix } from "./bench.ts";
import { efiDisk } from "./handMade.ts";
import { bootSecurely } from "./secureBoot.ts";

const long = 900_000;
let bench: MatrixBench;
let pathOf: (output: string) => string;
beforeAll(async () => {
  bench = await openMatrix();
  const built = await bench.build("matrix.whittle.yaml", ["signed", "program"]);
  pathOf = output => built.find(({ name }) => name === output)?.path ?? "";
}, long);
afterAll(() => bench.remove());

/** The program on a disk, since QEMU's own way to hand over a program asks for no signature. */
async function boot(output: string, until: RegExp): Promise<string> {
  const disk = await efiDisk(bench.out, pathOf(output));
  return bootSecurely(disk, join(bench.out, `${output}.vars`), until);
}

it("UEFI with Secure Boot and one's own key starts a signed program", { timeout: long }, async () => {
  const said = await boot("signed", /matrix: ready|Access Denied|Security Violation/);
  expect(said).toContain("matrix: by UEFI");
  expect(said).toContain("matrix: secure boot");
  expect(said).toContain("matrix: ready");
});

it("and refuses one without a signature", { timeout: long }, async () => {
  const said = await boot("program", /matrix: ready|Access Denied|Security Violation/);
  expect(said).toMatch(/Access Denied|Security Violation/);
  expect(said).not.toContain("matrix:");
});
