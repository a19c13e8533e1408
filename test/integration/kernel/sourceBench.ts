import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Value } from "@sinclair/typebox/value";
import type { Arch, Host } from "../../../src/core/host/host.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import type { AnyStageKind, Json, ResolveContext, StageContext } from "../../../src/core/stages/stage.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { createLayerBuilder } from "../../../src/core/tree/layerBuilder.ts";
import { PlacedFailure } from "../debian/stageBench.ts";

export interface RunOptions {
  readonly arch?: Arch;
  readonly signal?: AbortSignal;
  /** Instead of what resolve() finds. */
  readonly resolved?: (found: Json) => Json;
  readonly onLine?: (line: string) => void;
}

export interface SourceRun {
  readonly layer: Layer;
  readonly resolved: Json;
  readonly log: readonly string[];
  /** What was told of the progress: done and total. */
  readonly progress: readonly (readonly [number, number | undefined])[];
}

/** Runs stages that build something, as a build does: the real host, a cache and recipe folder of their own. */
export interface SourceBench {
  /** The recipe's folder. */
  readonly folder: string;
  readonly host: Host;
  run(kind: AnyStageKind, parameters: unknown, options?: RunOptions): Promise<SourceRun>;
  /** For parts of a stage. */
  context(options?: RunOptions): StageContext & ResolveContext;
  /** Removes what the works so far left in their scratch folders. */
  close(): Promise<void>;
}

const never = new AbortController().signal;

export async function openSourceBench(): Promise<SourceBench> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-source-"));
  const host = openHost({ env: { ...process.env, WHITTLE_CACHE: join(folder, "cache") } });
  await mkdir(join(folder, "layers"));

  const contextOf = (options: RunOptions, log: string[], progress: [number, number | undefined][]) => {
    const signal = options.signal ?? never;
    const layer = createLayerBuilder({ folder: join(folder, "layers"), clock: 86_400, signal });
    const context: StageContext & ResolveContext = {
      baseDir: folder,
      arch: options.arch ?? "x86_64",
      recipe: { name: "image", version: undefined },
      fail: (...given) => new PlacedFailure(...given),
      ...{ host, signal, layer, clock: 86_400, fresh: false },
      adopt: () => {
        throw new Error("No layer was expected here.");
      },
      below: () => Promise.reject(new Error("This kind does not read the tree below.")),
      scratch: () => mkdtemp(join(folder, "scratch-")),
      log(line) {
        log.push(line);
        options.onLine?.(line);
      },
      progress: (done, total) => void progress.push([done, total]),
      warn: line => log.push(line),
    };
    return { context, layer };
  };

  return {
    folder,
    host,
    context: (options = {}) => contextOf(options, [], []).context,
    async run(kind, parameters, options = {}) {
      if (!Value.Check(kind.parameters, parameters)) throw new Error("The parameters do not fit the schema.");
      const log: string[] = [];
      const progress: [number, number | undefined][] = [];
      const { context, layer } = contextOf(options, log, progress);
      kind.inputs?.(parameters as never, context);
      const found = (await kind.resolve?.(parameters as never, context)) ?? null;
      const resolved = options.resolved?.(found) ?? found;
      try {
        await kind.apply(parameters as never, context, resolved);
        return { layer: await layer.finish(context.signal), resolved, log, progress };
      } finally {
        await layer.discard();
      }
    },
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
