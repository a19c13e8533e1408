import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makeProgram } from "../../../src/cli/program.ts";

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const page = read("docs/command-line.md");

/** The commands of the synopsis, each with the lines that belong to it. */
const synopsis = new Map(
  page
    .split(/^```\n/m)
    .find(block => block.startsWith("whittle build"))
    ?.split(/^whittle /m)
    .filter(Boolean)
    .map(text => [/^\S+/.exec(text)?.[0], text]),
);
// Said once below the synopsis.
const ofAll = ["--json", "--trace", "--with", "--without"];

test("docs/command-line.md has every command in its synopsis, with every option, and no others", () => {
  const wanted = makeProgram("0").commands.map(command => ({
    name: command.name(),
    options: command.options.map(each => each.long ?? each.flags).filter(each => !ofAll.includes(each)),
  }));
  expect(wanted.length).toBeGreaterThan(0);
  const written = [...synopsis].map(([name, text]) => ({
    name,
    options: [...text.matchAll(/--[a-z-]+/g)].map(match => match[0]),
  }));
  const sorted = (all: readonly { name: string | undefined; options: string[] }[]) =>
    all.map(({ name, options }) => `${name}: ${[...options].sort().join(" ")}`).sort();
  expect(sorted(written)).toEqual(sorted(wanted));
  for (const option of ofAll) expect(page).toContain(`\`${option}`);
});

test("docs/command-line.md says what --json gives for every command", () => {
  const rows = page.split("\n").filter(line => line.startsWith("| ") && line.includes('"result":'));
  for (const command of makeProgram("0").commands)
    expect(rows.filter(row => row.includes(`"result":"${command.name()}"`))).not.toEqual([]);
});

test("the program can be installed as a command, as README and docs/command-line.md say", () => {
  expect(read("src/cli/main.ts")).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(JSON.parse(read("package.json"))).toMatchObject({ bin: { whittle: "./dist/cli.js" } });
  for (const text of [read("README.md"), page])
    expect(text).toContain("npm install --global --prefix ~/.local .");
});
