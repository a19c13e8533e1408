import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleCommandLine } from "./bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "whittle-commands-"));
const good = `name: good
options:
  extra: { default: true }
stages:
  - files:
      - { path: /etc/small, content: a }
      - { path: /etc/large, content: aaaa }
      - { path: /var/all, content: aaa }
outputs:
  - tar: {}
`;
let bundle: Awaited<ReturnType<typeof bundleCommandLine>>;

beforeAll(async () => {
  bundle = await bundleCommandLine();
  writeFileSync(join(folder, "good.whittle.yaml"), good);
  for (const name of ["a", "b"]) {
    mkdirSync(join(folder, "two"), { recursive: true });
    writeFileSync(join(folder, "two", `${name}.whittle.yaml`), good);
  }
});

afterAll(async () => {
  await bundle.remove();
  rmSync(folder, { recursive: true });
});

function whittle(...args: string[]) {
  const env = { ...process.env, WHITTLE_CACHE: join(folder, "cache") };
  const run = spawnSync(process.execPath, [bundle.cli, ...args], {
    cwd: folder,
    encoding: "utf8",
    env,
    timeout: 30_000,
  });
  const lines = run.stdout.split("\n").filter(line => line !== "");
  return { code: run.status, stdout: run.stdout, stderr: run.stderr, lines };
}

test.each([
  ["a command that does not exist", "usage", ["bild", "--json"]],
  ["an option that does not exist", "usage", ["build", "good.whittle.yaml", "--jsn", "--json"]],
  ["a recipe that does not exist", "file-missing", ["check", "nope.whittle.yaml", "--json"]],
  ["a folder with two recipes", "which-recipe", ["build", "two", "--json"]],
  ["a folder without a recipe", "no-recipe", ["build", "/dev", "--json"]],
  ["a file that is no recipe", "not-a-recipe", ["sizes", "/dev/null", "--json"]],
  ["an option that the recipe lacks", "recipe-invalid", ["build", ".", "--with", "nope", "--json"]],
  ["an output that the recipe lacks", "usage", ["build", ".", "--output", "nope", "--json"]],
  ["a wrong size", "bad-size", ["cache", "prune", "--max", "big", "--json"]],
  ["a wrong memory", "bad-size", ["boot", ".", "--memory", "12", "--until", "x", "--json"]],
  ["a wrong pattern", "usage", ["boot", ".", "--until", "[", "--json"]],
  ["a boot whose console would mix with JSON", "usage", ["boot", ".", "--json"]],
])("%s ends with 2, and --json says %s and nothing else", (_, code, args) => {
  const { code: exit, lines, stderr } = whittle(...args);
  expect(exit).toBe(2);
  expect(lines.map(line => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ result: "failed", code }),
  ]);
  expect(stderr).not.toBe("");
});

test("work that fails ends with 1; an out folder that takes no folders ends the build instead of hanging it", () => {
  const { code, lines } = whittle("build", ".", "--out", "/proc/whittle", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ result: "failed", code: "out-unusable" });
});

test("build --json writes JSON lines only, the last one the report", () => {
  const { code, lines } = whittle("build", ".", "--json");
  expect(code).toBe(0);
  const values = lines.map(line => JSON.parse(line) as Record<string, unknown>);
  expect(values.at(-1)).toMatchObject({ result: "build", recipe: "good" });
  expect(values.slice(0, -1).every(value => typeof value["type"] === "string")).toBe(true);
});

test("sizes puts what lies in a folder below it, the largest first, and sums up", () => {
  const { code, stdout } = whittle("sizes", ".");
  expect(code).toBe(0);
  const columns = stdout.trim().split("\n").slice(1);
  expect(columns.map(line => line.trim().split(/ {2,}/))).toEqual([
    ["5 B", "62.5 %", "/etc"],
    ["4 B", "50.0 %", "/etc/large"],
    ["1 B", "12.5 %", "/etc/small"],
    ["3 B", "37.5 %", "/var"],
    ["3 B", "37.5 %", "/var/all"],
    ["8 B", "3 files"],
  ]);
});

test("check counts what a recipe has, and --json gives the diagnostics of one that is wrong", () => {
  expect(whittle("check", ".")).toMatchObject({ code: 0, stdout: "good: 1 stage, 1 output, no errors\n" });
  const wrong = join(folder, "two", "a.whittle.yaml");
  writeFileSync(wrong, "stages:\n  - tree: nothere\noutputs:\n  - tar: {}\n");
  const { code, lines } = whittle("check", wrong, "--json");
  expect(code).toBe(2);
  expect(lines.map(line => JSON.parse(line) as unknown)).toEqual([
    {
      result: "check",
      diagnostics: [
        expect.objectContaining({
          file: wrong,
          line: 2,
          column: 11,
          severity: "error",
          code: "input-missing",
        }),
      ],
    },
  ]);
});

test("cache prune says why it keeps what was just used", () => {
  whittle("build", ".");
  expect(whittle("cache", "prune", "--max", "1K").stdout).toMatch(/^Freed 0 B\.\n.*last ten minutes.*stays/);
});
