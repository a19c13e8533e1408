import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleWithGuard, type CommandLine } from "../matrix/commandLine.ts";

const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
const [tiny = "", server = ""] = [...readme.matchAll(/^```yaml\n(.*?)^```$/gms)].map(match => match[1] ?? "");

const folder = mkdtempSync(join(tmpdir(), "whittle-readme-"));
let whittle: CommandLine;

beforeAll(async () => {
  whittle = await bundleWithGuard();
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await whittle.remove();
});

/** An empty folder with nothing but a recipe in it, as somebody has who copies one. */
function pasted(name: string, text: string): string {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  writeFileSync(join(cwd, `${name}.whittle.yaml`), text);
  return cwd;
}

test("the first recipe works as it is pasted: it builds, and both of its outputs boot to their login", async () => {
  const cwd = pasted("tiny", tiny);
  const built = await whittle.run(["build", "."], { cwd });
  expect(built).toMatchObject({ code: 0 });
  const ready = /^ {2}ready: "(.*)"$/m.exec(tiny)?.[1] ?? "";
  const memory = /^ {2}memory: (\d+)M$/m.exec(tiny)?.[1];
  for (const output of ["initramfs", "disk"]) {
    const words = [
      "boot",
      ".",
      "--output",
      output,
      "--until",
      ready,
      "--timeout",
      "150",
      "--accelerator",
      "tcg",
    ];
    const { code, stdout, stderr } = await whittle.run(words, { cwd });
    expect({ code, said: stdout + stderr }).toMatchObject({
      code: 0,
      said: expect.stringContaining(`(tcg, ${memory} MiB)`) as string,
    });
  }
});

test("the first recipe shows files, remove and two outputs, and takes nothing from beside it", () => {
  expect(tiny).toMatch(/^ {2}- files:$/m);
  expect(tiny).toMatch(/^ {2}- remove:/m);
  expect(tiny).not.toContain("source:");
});

test("the second recipe passes the check once a password's hash is in it", async () => {
  const hash =
    "$6$saltsalt$AnhGNEJCCTVWvRSZtvsH5FQIkPdGlrFOUoeYk7S2qY3h8m0gQ6UpqiWtiiv5LTd6Zyh3oYl5t4ZTDpYsYlsi5/";
  expect(server).toContain("hashed:$6$…");
  const cwd = pasted(
    "server",
    server.replace("$6$…", () => hash),
  );
  expect(await whittle.run(["check", "."], { cwd })).toMatchObject({ code: 0 });
});

test("a build names all missing files at once, and ends with 2 as check does", async () => {
  const cwd = pasted(
    "missing",
    "stages:\n  - tree: nothere\n  - files: [{ path: /etc/x, source: files/x }]\noutputs:\n  - tar: {}\n",
  );
  const [checked, built] = [
    await whittle.run(["check", "."], { cwd }),
    await whittle.run(["build", "."], { cwd }),
  ];
  expect([checked.code, built.code]).toEqual([2, 2]);
  expect(built.stderr).toMatch(/nothere does not exist[\s\S]*files\/x does not exist/);
  expect(built.stderr).toBe(checked.stderr);
});
