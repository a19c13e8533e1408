import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("the menus of images are there for names in capital letters as well", () => {
  const { contributes } = JSON.parse(
    readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
  ) as { contributes: { menus: Record<string, { command: string; when?: string }[]> } };
  const clauses = Object.values(contributes.menus)
    .flat()
    .flatMap(({ when = "" }) => [...when.matchAll(/resourceExtname =~ \/(.*)\/(\w*)/g)]);
  expect(clauses.length).toBeGreaterThan(1);
  for (const [, pattern = "", flags] of clauses)
    for (const name of [".EFI", ".iso"]) expect(name).toMatch(new RegExp(pattern, flags));
});
