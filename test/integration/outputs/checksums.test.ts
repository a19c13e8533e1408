import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { applied } from "../../fixtures/build/kinds.ts";
import { images, leftovers, makeWorkplace, type Workplace } from "../../fixtures/build/workplace.ts";

const run = promisify(execFile);
let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
  applied.length = 0;
});
afterEach(() => place.remove());

const a = ["text", { path: "a", content: "12345" }, "a"] as const;

function checksums(): string[] {
  return readdirSync(place.out)
    .filter(name => name.endsWith(".sha256"))
    .sort();
}

it("each file has its checksum beside it, which sha256sum checks", async () => {
  const { report } = await place.build([a]);
  expect(checksums()).toEqual([
    "fixture-dump.txt.cmdline.sha256",
    "fixture-dump.txt.sha256",
    "fixture.vmlinuz.sha256",
  ]);
  for (const { path, checksum } of report.outputs) expect(checksum).toBe(`${path}.sha256`);
  const { stdout } = await run("sha256sum", ["--strict", "-c", ...checksums()], { cwd: place.out });
  expect(stdout).toBe("fixture-dump.txt.cmdline: OK\nfixture-dump.txt: OK\nfixture.vmlinuz: OK\n");
  expect(leftovers(place)).toEqual([]);
});

it("an unchanged build leaves them alone, and makes what is missing or changed", async () => {
  await place.build([a]);
  const path = join(place.out, "fixture-dump.txt.sha256");
  const before = statSync(path, { bigint: true }).mtimeNs;
  applied.length = 0;
  await place.build([a]);
  expect(applied).toEqual([]);
  expect(statSync(path, { bigint: true }).mtimeNs).toBe(before);
  rmSync(path);
  await place.build([a]);
  expect(readFileSync(path, "utf8")).toMatch(/^[0-9a-f]{64} {2}fixture-dump\.txt\n$/);
  writeFileSync(path, "somebody's");
  await place.build([a]);
  expect(readFileSync(path, "utf8")).toMatch(/^[0-9a-f]{64} /);
});

it("they follow what they are of: another content, another name, nothing", async () => {
  await place.build([a]);
  await place.build([a, ["text", { path: "b", content: "b" }, "b"]]);
  await run("sha256sum", ["--strict", "-c", ...checksums()], { cwd: place.out });
  await place.build([a], [["dump", { fileName: "other.txt" }]]);
  expect(checksums()).toEqual(["fixture.vmlinuz.sha256", "other.txt.cmdline.sha256", "other.txt.sha256"]);
  await place.build([a], []);
  expect(checksums()).toEqual([]);
  expect(images(place)).toEqual({});
});

it("two outputs share that of a file they share", async () => {
  const outputs = [
    ["dump", {}],
    ["dump", { fileName: "second.txt" }, "second"],
  ] as const;
  await place.build([a], outputs);
  expect(checksums()).toEqual([
    "fixture-dump.txt.cmdline.sha256",
    "fixture-dump.txt.sha256",
    "fixture.vmlinuz.sha256",
    "second.txt.cmdline.sha256",
    "second.txt.sha256",
  ]);
  applied.length = 0;
  await place.build([a], outputs);
  expect(applied).toEqual([]);
  rmSync(join(place.out, "fixture.vmlinuz.sha256"));
  await place.build([a], outputs);
  expect(existsSync(join(place.out, "fixture.vmlinuz.sha256"))).toBe(true);
  applied.length = 0;
  await place.build([a], outputs);
  expect(applied).toEqual([]);
});
