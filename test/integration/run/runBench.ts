import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BuildEvent } from "../../../src/core/build/events.ts";
import { loadLayers } from "../../../src/core/build/layerStore.ts";
import { planBuild } from "../../../src/core/build/planBuild.ts";
import { runBuild } from "../../../src/core/build/runBuild.ts";
import { storePaths } from "../../../src/core/build/storePaths.ts";
import type { Failure } from "../../../src/core/failure.ts";
import { loadRecipe } from "../../../src/core/recipe/load.ts";
import { readTreeFile } from "../../../src/core/tree/readFile.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { openSandboxBench, type SandboxBench } from "../sandbox/sandboxBench.ts";

export interface Built {
  readonly tree: Tree;
  /** Paths that the last stage brought. */
  readonly changed: readonly string[];
  readonly log: readonly string[];
  text(path: string): Promise<string>;
}

/** Builds recipes with `run` stages above a small real tree, as the command line does. */
export interface RunBench extends SandboxBench {
  /** Folder of the recipe. */
  readonly recipes: string;
  /** @param stages YAML of what comes after the tree, one item a stage, not indented. */
  build(stages: string, base?: string): Promise<Built>;
  /** The same, for one that fails. */
  failure(stages: string, base?: string): Promise<Failure>;
}

const signal = new AbortController().signal;

export async function openRunBench(packages: readonly string[]): Promise<RunBench> {
  const bench = await openSandboxBench(packages);
  const recipes = join(bench.folder, "recipes");
  await mkdir(recipes);
  const build = async (stages: string, base = bench.base.blob): Promise<Built> => {
    const file = join(recipes, "image.whittle.yaml");
    const indented = stages.replace(/^/gm, "  ");
    await writeFile(file, `name: image\nstages:\n  - archive: ${base}\n${indented}\noutputs:\n  - tar: {}\n`);
    const { recipe, diagnostics } = await loadRecipe({ file });
    if (!recipe) throw new Error(JSON.stringify(diagnostics, undefined, 2));
    const log: string[] = [];
    const plan = await planBuild(recipe, bench.host, signal);
    const onEvent = (event: BuildEvent): void => {
      if (event.type === "log" && event.work.name !== "archive") log.push(event.line);
    };
    await runBuild(plan, bench.host, { signal, onEvent });
    const stored = await Promise.all(
      plan.stages.map(stage => loadLayers(storePaths(bench.host.cacheDir), stage.key)),
    );
    const layers = stored.map(each => each ?? []);
    const tree = stackLayers(layers);
    return {
      tree,
      log,
      changed: (layers.at(-1) ?? []).flatMap(layer => layer.index.entries.map(entry => entry.path)),
      async text(path) {
        const entry = tree.resolve(path);
        if (entry?.type !== "file") throw new Error(`There is no file ${path}.`);
        return (await readTreeFile(entry)).toString();
      },
    };
  };
  return {
    ...bench,
    recipes,
    build,
    async failure(stages, base) {
      const failed = await build(stages, base).then(
        () => undefined,
        (error: unknown) => error,
      );
      return failed as Failure;
    },
  };
}
