import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { completeRecipe } from "../../../src/core/recipe/language/completeRecipe.ts";
import { hoverRecipe } from "../../../src/core/recipe/language/hoverRecipe.ts";
import { type LooseValue, unquoted } from "../../../src/core/recipe/language/looseTree.ts";
import { outline } from "../../../src/core/recipe/language/outline.ts";
import { scanRecipe } from "../../../src/core/recipe/language/scanRecipe.ts";
import { fixtureSchema } from "../recipe/fixtureKinds.ts";

const recipe = `# A recipe in many styles
name: boots   # trailing
description: it's "fine", really
options:
    network: { description: "DHCP, on # eth0", default: true }
    debug:
      default: false

stages:
  - kernel: {package: linux, }
  - files:
    - path: /etc/a
      mode: '0755'

    - { path: "/etc/b",
        content: "x: y, # z" }   # flow over two lines
  -   name: wide dash
      remove: [ /a, "!/b", 'c # d' , [ nested ] ]
  # comment between
  - remove:
      - /usr/share/doc
      - "!/usr/share/doc/a"
      - http://x.y/z#frag
outputs:
- disk:
    format: raw
- tar: {}
"boot":
  ready: '# $'
  cmdline: a:b c=d
  forward: ["1:2"]
`;

function plain(value: LooseValue | undefined): unknown {
  if (value === undefined) return "";
  if (value.type === "text") return unquoted(value.text);
  if (value.type === "list") return value.items.map(item => plain(item.value));
  return Object.fromEntries(value.entries.map(entry => [entry.key, plain(entry.value)]));
}

describe("the tree that completion reads", () => {
  test("of a valid recipe is what YAML says", () => {
    expect(plain(scanRecipe(recipe))).toEqual(parse(recipe, { schema: "failsafe" }));
    expect(plain(scanRecipe(recipe.replaceAll("\n", "\r\n")))).toEqual(parse(recipe, { schema: "failsafe" }));
  });

  test("skips texts in blocks, whatever they hold", () => {
    const text =
      "a: |\n  b: c\n\n  - d\n   {\ne: >-\n  [\nlist:\n  - |\n    x: y\n  - key: |\n      z\n    after: 1\n";
    expect(plain(scanRecipe(text))).toEqual({ a: "", e: "", list: ["", { key: "", after: "1" }] });
  });
});

test("a recipe cut off or broken anywhere never fails, and is answered fast", () => {
  const started = performance.now();
  for (let end = 0; end <= recipe.length; end += 1) {
    const text = recipe.slice(0, end);
    const rest = recipe.slice(end);
    for (const broken of [text, `${text}{${rest}`, `${text}"${rest}`, `${text}\n${rest}`]) {
      for (const { replace } of completeRecipe(broken, end, fixtureSchema).items) {
        expect(replace.start).toBeLessThanOrEqual(end);
        expect(replace.end).toBeGreaterThanOrEqual(end);
      }
      hoverRecipe(broken, end, fixtureSchema);
      outline(broken, fixtureSchema);
    }
  }
  expect((performance.now() - started) / (recipe.length * 4)).toBeLessThan(5);
});
