import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { recipeCodes } from "../../../src/core/recipe/recipeCodes.ts";

const root = new URL("../../../", import.meta.url);
const documented = [
  ...readFileSync(new URL("docs/errors.md", root), "utf8").matchAll(/^\| `([a-z0-9-]+)` \|/gm),
].map(match => match[1]);

/** Every code that a source file names as the first argument of a failure, or chooses among for one. */
function codesIn(text: string): string[] {
  const calls = text.matchAll(/(?:new Failure|\bfail)\(\s*"([a-z][a-z0-9-]*)"/g);
  const chosen = text.matchAll(/\bcode = [^;=]*\? "([a-z0-9-]+)" : "([a-z0-9-]+)"/g);
  return [...calls, ...chosen]
    .flatMap(match => match.slice(1))
    .filter(code => code.includes("-") || code === "usage");
}

const sources = readdirSync(new URL("src/", root), { recursive: true, encoding: "utf8" })
  .filter(name => name.endsWith(".ts"))
  .map(name => ({ name, codes: codesIn(readFileSync(new URL(`src/${name}`, root), "utf8")) }));

test("docs/errors.md explains every failure that the sources can give", () => {
  const missing = sources.flatMap(({ name, codes }) =>
    codes.filter(code => !documented.includes(code)).map(code => `${code} (src/${name})`),
  );
  expect(missing).toEqual([]);
});

test("docs/errors.md explains no failure that the sources no longer give, and none twice", () => {
  // Given by classes and by the command line itself.
  const given = new Set([...Object.keys(recipeCodes), "recipe-invalid", "unexpected"]);
  for (const { codes } of sources) for (const code of codes) given.add(code);
  expect(documented.filter(code => code !== undefined && !given.has(code))).toEqual([]);
  expect(documented.filter((code, at) => documented.indexOf(code) !== at)).toEqual([]);
});
