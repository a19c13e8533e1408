import { expect, test } from "vitest";
import { outline } from "../../../src/core/recipe/language/outline.ts";
import { fixtureSchema } from "../recipe/fixtureKinds.ts";

const text = `name: boots
stages:
  # first
  - kernel: { package: a }   # a comment
  - when: x
    name: no net
    remove:
      - /a

      - /b
  - half
outputs:
- disk:
    format: raw
boot: {}
`;

test("stages and outputs are listed with kind, name and where they stand", () => {
  const items = outline(text, fixtureSchema).map(item => ({
    kind: item.kind,
    name: item.name,
    index: item.index,
    key: text.slice(item.selectionRange.start, item.selectionRange.end),
    whole: text.slice(item.range.start, item.range.end),
  }));
  expect(items).toEqual([
    { kind: "kernel", name: "kernel", index: 0, key: "kernel", whole: "- kernel: { package: a }" },
    {
      kind: "remove",
      name: "no net",
      index: 1,
      key: "remove",
      whole: "- when: x\n    name: no net\n    remove:\n      - /a\n\n      - /b",
    },
    { kind: "disk", name: "disk", index: 0, key: "disk", whole: "- disk:\n    format: raw" },
  ]);
});

test("stages in braces are listed as well", () => {
  const items = outline("stages: [ { tree: a }, { remove: [b] } ]", fixtureSchema);
  expect(items.map(item => item.kind)).toEqual(["tree", "remove"]);
});
