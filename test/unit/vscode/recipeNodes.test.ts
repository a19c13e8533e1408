import { describe, expect, test } from "vitest";
import { filesOf, lastImage, recipeLabel, sharedLabels } from "../../../src/vscode/recipes/recipe.ts";
import { childrenOf, idOf, type RecipeNode } from "../../../src/vscode/recipes/recipeNodes.ts";
import { item, lines, option, recipeWith, stateOf, uriOf } from "./states.ts";

const file = "/w/tiny.whittle.yaml";
const loaded = recipeWith(file, {
  options: [option("debug")],
  stages: [item("kernel", lines(file, 3, 3)), item("files", lines(file, 4, 4))],
  outputs: [item("tar", lines(file, 6, 6))],
});
const state = stateOf(loaded);

function names(nodes: readonly RecipeNode[]): string[] {
  return nodes.map(node => {
    if (node.kind === "recipe") return recipeLabel(node.recipe);
    if (node.kind === "group") return node.group;
    return node.kind === "option" ? node.option.name : node.item.name;
  });
}

function children(recipe = state, group?: "options" | "stages" | "outputs"): readonly RecipeNode[] {
  const [root] = childrenOf([recipe], undefined);
  const groups = childrenOf([recipe], root);
  if (!group) return groups;
  return childrenOf(
    [recipe],
    groups.find(each => each.kind === "group" && each.group === group),
  );
}

describe("the Recipes tree", () => {
  test("shows options, stages and outputs in the order of the recipe", () => {
    expect(names(children())).toEqual(["options", "stages", "outputs"]);
    expect(names(children(state, "stages"))).toEqual(["kernel", "files"]);
    expect(names(children(state, "options"))).toEqual(["debug"]);
    expect(childrenOf([state], children(state, "outputs")[0])).toEqual([]);
  });

  test("shows the files of an output where it has several, and nothing below one", () => {
    const file = (kind: string, path: string) => ({ kind, name: "tar", path, bytes: 1, sha256: "" });
    const built = (...outputs: ReturnType<typeof file>[]) => {
      const lastBuild = { report: { outputs } } as unknown as NonNullable<typeof state.lastBuild>;
      return { ...state, lastBuild };
    };
    const filesOfTar = (recipe: typeof state) => {
      const nodes = childrenOf([recipe], children(recipe, "outputs")[0]);
      return nodes.map(node => [node.kind === "file" && node.file.path, idOf(node)] as const);
    };
    expect(filesOfTar(built(file("tar", "/o/a.tar")))).toEqual([]);
    const two = filesOfTar(built(file("tar", "/o/a.tar"), file("packed", "/o/a.tar.zst")));
    expect(two.map(([path]) => path)).toEqual(["/o/a.tar", "/o/a.tar.zst"]);
    expect(new Set(two.map(([, id]) => id)).size).toBe(2);
  });

  test("has no empty groups", () => {
    expect(names(children(stateOf(recipeWith(file))))).toEqual([]);
  });

  test("keeps what it showed while the recipe has errors", () => {
    expect(names(children({ ...state, loaded: undefined }, "stages"))).toEqual(["kernel", "files"]);
  });

  test("has ids that stay when a stage moves, and differ between everything", () => {
    const moved = stateOf({ ...loaded, stages: [...loaded.stages].reverse() });
    const ids = (recipe = state): string[] =>
      [
        ...children(recipe),
        ...(["options", "stages", "outputs"] as const).flatMap(g => children(recipe, g)),
      ].map(idOf);
    expect(ids(moved).sort()).toEqual(ids().sort());
    expect(new Set(ids()).size).toBe(ids().length);
  });

  test("says where recipes lie that share a name, and only there", () => {
    const other = stateOf(recipeWith("/w/sub/other.whittle.yaml"));
    const third = stateOf(recipeWith("/w/third.whittle.yaml", { name: "third" }));
    const nodes = childrenOf([state, other, third], undefined);
    expect(nodes.map(node => node.kind === "recipe" && node.needsPlace)).toEqual([true, true, false]);
    expect(nodes.some(node => node.kind === "recipe" && node.isOneOfMany)).toBe(false);
    const many = childrenOf([state, other, third, state], undefined);
    expect(many.every(node => node.kind === "recipe" && node.isOneOfMany)).toBe(true);
    expect([...sharedLabels([state, third])]).toEqual([]);
  });
});

describe("a recipe's state", () => {
  test("is labelled by its file until it was readable once", () => {
    const broken = { ...state, loaded: undefined, shown: undefined };
    expect(recipeLabel({ ...broken, uri: uriOf("/w/my.image.whittle.yaml") })).toBe("my.image");
    expect(recipeLabel(broken)).toBe("tiny");
  });

  test("knows the files that it hangs on, also those that only its problems name", () => {
    const base = "/w/base.whittle.yaml";
    const problem = {
      range: lines("/w/more.whittle.yaml", 1, 1),
      severity: "error",
      code: "x",
      message: "",
    } as const;
    const extending = stateOf({ ...loaded, files: [base, file] }, { diagnostics: [problem] });
    expect([...filesOf(extending)].sort()).toEqual([base, "/w/more.whittle.yaml", file].sort());
  });

  test("takes an output's image for its size, not the kernel beside it", () => {
    const tar = item("tar", lines(file, 6, 6));
    const report = (kind: string, bytes: number) => ({ kind, name: "tar", path: "", bytes, sha256: "" });
    const outputs = [report("kernel", 1), report("tar", 2)];
    const lastBuild = { report: { outputs } } as unknown as NonNullable<typeof state.lastBuild>;
    expect(lastImage({ ...state, lastBuild }, tar)?.bytes).toBe(2);
    expect(lastImage(state, tar)).toBeUndefined();
  });
});
