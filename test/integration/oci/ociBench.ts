import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildEvent } from "../../../src/core/build/events.ts";
import { loadLayers } from "../../../src/core/build/layerStore.ts";
import type { Plan } from "../../../src/core/build/plan.ts";
import { type PlanOptions, planBuild } from "../../../src/core/build/planBuild.ts";
import { runBuild } from "../../../src/core/build/runBuild.ts";
import { storePaths } from "../../../src/core/build/storePaths.ts";
import { Failure } from "../../../src/core/failure.ts";
import type { Arch, Host } from "../../../src/core/host/host.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { oci } from "../../../src/core/stages/oci.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { recipeOf } from "../../fixtures/build/recipe.ts";

const kinds = { stages: [oci], outputs: [] };

export interface BuildOptions extends PlanOptions {
  readonly arch?: Arch;
  readonly host?: Host;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: BuildEvent) => void;
}

export interface Built {
  readonly plan: Plan;
  readonly layers: readonly Layer[];
  readonly tree: Tree;
  readonly log: readonly string[];
  readonly warnings: readonly string[];
  /** What progress was told: done and total, in bytes. */
  readonly progress: readonly (readonly [number, number | undefined])[];
  /** False when the store had it. */
  readonly worked: boolean;
}

/** Builds recipes of one `oci` stage with the real engine, in folders of its own. */
export interface OciBench {
  readonly folder: string;
  /** The recipe's folder. */
  readonly recipes: string;
  readonly host: Host;
  /** Another cache, and variables beside those of this process. */
  hostWith(cache: string, env?: Readonly<Record<string, string>>): Host;
  build(parameters: unknown, options?: BuildOptions): Promise<Built>;
  close(): Promise<void>;
}

export async function openOciBench(): Promise<OciBench> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-oci-"));
  const recipes = join(folder, "recipes");
  const home = join(folder, "home");
  for (const each of [recipes, home]) await mkdir(each);
  const { XDG_RUNTIME_DIR: _, DOCKER_CONFIG: __, REGISTRY_AUTH_FILE: ___, ...rest } = process.env;
  const hostWith: OciBench["hostWith"] = (cache, env = {}) =>
    openHost({ env: { ...rest, HOME: home, WHITTLE_CACHE: join(folder, cache), ...env } });
  const host = hostWith("cache");
  return {
    ...{ folder, recipes, host, hostWith },
    async build(parameters, options = {}) {
      const { arch = "x86_64", host: used = host, signal = new AbortController().signal, ...more } = options;
      const log: string[] = [];
      const recipe = { ...recipeOf(recipes, [["oci", parameters]], []), arch };
      const onLog = (_work: unknown, line: string) => void log.push(line);
      const plan = await planBuild(recipe, used, signal, { onLog, ...more, kinds });
      const warnings: string[] = [];
      const progress: (readonly [number, number | undefined])[] = [];
      let worked = false;
      const onEvent = (event: BuildEvent) => {
        if (event.type === "log") log.push(event.line);
        if (event.type === "warning") warnings.push(event.diagnostic.message);
        if (event.type === "progress") progress.push([event.done, event.total]);
        if (event.type === "started") worked = true;
        options.onEvent?.(event);
      };
      await runBuild(plan, used, { signal, kinds, onEvent });
      const layers = (await loadLayers(storePaths(used.cacheDir), plan.stages[0]?.key ?? "")) ?? [];
      return { plan, layers, tree: stackLayers([layers]), log, warnings, progress, worked };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What `work` fails with. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("It did not fail.");
}
