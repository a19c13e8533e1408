import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadRecipeIn } from "../../../src/core/recipe/loadRecipeIn.ts";
import { fixtureLanguage } from "./fixtureKinds.ts";
import { load, main } from "./loading.ts";

const base = `name: base
description: a base
version: "1"
options: { network: { description: DHCP } }
stages: [ tree: base ]
outputs:
  - disk: { format: raw }
  - tar: {}
boot: { memory: 64M, cpus: 2 }
`;

describe("extends", () => {
  test("puts stages of bases first, replaces outputs of the same name, merges options and boot by key", async () => {
    const text = `extends: [ lib/a.whittle.yaml, b.whittle.yaml ]
options: { network: { default: true } }
stages: [ { when: network, tree: own } ]
outputs: [ disk: { format: qcow2 } ]
boot: { memory: 32M }
`;
    const others = { "lib/a.whittle.yaml": base, "b.whittle.yaml": "stages: [ tree: b ]\n" };
    const { recipe, diagnostics } = await load(text, { others });
    expect(diagnostics).toEqual([]);
    expect(recipe?.stages.map(({ name, parameters, baseDir }) => [name, parameters, baseDir])).toEqual([
      ["tree", "base", "/recipes/lib"],
      ["tree 2", "b", "/recipes"],
      ["tree 3", "own", "/recipes"],
    ]);
    expect(recipe?.outputs.map(({ name, parameters }) => [name, parameters])).toEqual([
      ["disk", { format: "qcow2" }],
      ["tar", {}],
    ]);
    expect(recipe).toMatchObject({ name: "main", version: "1", description: undefined });
    expect(recipe?.options).toMatchObject([{ name: "network", description: "DHCP", default: true }]);
    expect(recipe?.boot).toMatchObject({ memory: "32M", cpus: 2, output: "disk" });
    expect(recipe?.files).toEqual([main, "/recipes/lib/a.whittle.yaml", "/recipes/b.whittle.yaml"]);
    expect(recipe?.locate(["boot", "cpus"]).file).toBe("/recipes/lib/a.whittle.yaml");
    expect(recipe?.locate(["boot", "memory"]).file).toBe(main);
    expect(recipe?.stages[0]?.range.file).toBe("/recipes/lib/a.whittle.yaml");
  });

  test("counts a file that is reached twice once", async () => {
    const others = {
      "a.whittle.yaml": "extends: c.whittle.yaml\nstages: [ tree: a ]\n",
      "b.whittle.yaml": "extends: c.whittle.yaml\nstages: [ tree: b ]\n",
      "c.whittle.yaml": "stages: [ tree: c ]\n",
    };
    const { recipe } = await load("extends: [ a.whittle.yaml, b.whittle.yaml ]\noutputs: [ tar: {} ]\n", {
      others,
    });
    expect(recipe?.stages.map(stage => stage.parameters)).toEqual(["c", "a", "b"]);
  });

  test("places problems of a base in the base", async () => {
    const { diagnostics } = await load("nam: x\nextends: a.whittle.yaml\n", {
      others: { "a.whittle.yaml": "stages:\n  - tre: a\n  - when: x\n    tree: b\n" },
    });
    expect(diagnostics.map(({ code, range }) => [code, range.file, range.start.line])).toEqual([
      ["unknown-key", main, 1],
      ["unknown-kind", "/recipes/a.whittle.yaml", 2],
      ["unknown-option", "/recipes/a.whittle.yaml", 3],
    ]);
  });

  test("of a missing file is a problem at the path, and options it may declare are not called unknown", async () => {
    const { diagnostics } = await load("extends: [ a.whittle.yaml ]\nstages: [ { when: x, tree: a } ]\n");
    expect(diagnostics).toMatchObject([
      {
        code: "file-missing",
        range: { file: main, start: { line: 1, column: 12 }, end: { line: 1, column: 26 } },
      },
    ]);
  });

  test("of something that is no recipe is a problem at the path", async () => {
    const { diagnostics } = await load("extends: ../overlay\n");
    expect(diagnostics).toMatchObject([{ code: "not-a-recipe", range: { start: { line: 1, column: 10 } } }]);
  });

  test("in a circle is a problem where the circle closes", async () => {
    const others = { "a.whittle.yaml": "extends: main.whittle.yaml\n" };
    const { diagnostics } = await load("extends: a.whittle.yaml\n", { others });
    expect(diagnostics).toMatchObject([
      { code: "extends-cycle", range: { file: "/recipes/a.whittle.yaml", start: { line: 1, column: 10 } } },
    ]);
    const itself = await load("extends: main.whittle.yaml\n");
    expect(itself.diagnostics).toMatchObject([
      { code: "extends-cycle", message: "A recipe cannot extend itself." },
    ]);
  });
});

describe("files on disk", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "whittle-extends-"));
    await mkdir(join(folder, "sub.whittle.yaml"));
    await writeFile(join(folder, "a.whittle.yaml"), "extends: base.whittle.yaml\noutputs: [ tar: {} ]\n");
    await writeFile(join(folder, "base.whittle.yaml"), "stages: [ tree: disk ]\n");
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("are read unless an unsaved text takes their place", async () => {
    const file = join(folder, "a.whittle.yaml");
    const saved = await loadRecipeIn(fixtureLanguage, { file });
    expect(saved.recipe?.stages[0]?.parameters).toBe("disk");
    const texts = new Map([[join(folder, "base.whittle.yaml"), "stages: [ tree: editor ]\n"]]);
    const edited = await loadRecipeIn(fixtureLanguage, { file, texts });
    expect(edited.recipe?.stages[0]?.parameters).toBe("editor");
  });

  test("that are missing or folders are problems, not crashes", async () => {
    const missing = await loadRecipeIn(fixtureLanguage, { file: join(folder, "no.whittle.yaml") });
    expect(missing.diagnostics).toMatchObject([
      { code: "file-missing", range: { start: { line: 1, column: 1 } } },
    ]);
    const isFolder = await loadRecipeIn(fixtureLanguage, { file: join(folder, "sub.whittle.yaml") });
    expect(isFolder.diagnostics[0]?.message).toContain("is a folder");
  });
});
