import { expect, test } from "vitest";
import { hoverRecipe } from "../../../src/core/recipe/language/hoverRecipe.ts";
import { fixtureSchema } from "../recipe/fixtureKinds.ts";
import { atCursor } from "./editor.ts";

function hover(marked: string): { contents: string; on: string } | undefined {
  const { text, offset } = atCursor(marked);
  const found = hoverRecipe(text, offset, fixtureSchema);
  return found && { contents: found.contents, on: text.slice(found.range.start, found.range.end) };
}

test("a key tells its meaning, its units and its default", () => {
  const found = hover("boot:\n  mem|ory: 64M\n");
  expect(found?.on).toBe("memory");
  expect(found?.contents).toContain("64M is 64 MiB");
  expect(found?.contents).toContain('Default: `"256M"`');
});

test("a kind tells its summary, an example and its parameters", () => {
  const found = hover("stages:\n  - name: x\n    ker|nel: { package: a }\n");
  expect(found?.on).toBe("kernel");
  expect(found?.contents).toContain("Brings a kernel.");
  expect(found?.contents).toContain("- kernel: { package: linux-image-cloud-amd64 }");
  expect(found?.contents).toContain("`modules`: Folder of modules.");
});

test("a key inside braces and inside list entries is found", () => {
  expect(hover("stages:\n  - files:\n      - { path: /a, mo|de: '0644' }")?.contents).toContain(
    "Permission bits",
  );
  expect(hover("stages:\n  - files:\n      - path: /a\n        mo|de: '0644'")?.contents).toContain(
    "Permission bits",
  );
});

test("one of several words tells what it means", () => {
  const found = hover("boot:\n  accelerator: tc|g\n");
  expect(found?.on).toBe("tcg");
  expect(found?.contents).toContain("Software emulation");
});

test("common keys of an item and names of the author's own are explained", () => {
  expect(hover("stages:\n  - tree: a\n    wh|en: x\n")?.contents).toContain("Option that must be on");
  expect(hover("options:\n  net|work: {}\n")?.contents).toContain("A switch");
});

test("an unknown key, a comment and a blank line say nothing", () => {
  expect(hover("bo|ot2: 1")).toBeUndefined();
  expect(hover("# bo|ot: 1")).toBeUndefined();
  expect(hover("boot:\n|\n")).toBeUndefined();
});
