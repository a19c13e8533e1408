import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../../src/core/failure.ts";
import type { Host } from "../../../src/core/host/host.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import type { Toolbox } from "../../../src/core/host/toolbox.ts";
import { arch } from "../../../src/core/stages/arch.ts";
import type { Json, ParameterPath, Place } from "../../../src/core/stages/stage.ts";
import type { Entry } from "../../../src/core/tree/entry.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { createLayerBuilder } from "../../../src/core/tree/layerBuilder.ts";
import { readTreeFile } from "../../../src/core/tree/readFile.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";

/** A failure and the parameter it was placed on. */
export class PlacedFailure extends Failure {
  readonly placedAt: ParameterPath;

  constructor(code: string, message: string, details: Parameters<Place["fail"]>[2] = {}) {
    const position = { line: 1, column: 1 };
    const range = { file: "recipe", start: position, end: position };
    super(code, message, { advice: details.advice, cause: details.cause, range });
    this.placedAt = details.at ?? [];
  }
}

export interface Installed {
  readonly layer: Layer;
  readonly log: readonly string[];
  readonly warnings: readonly string[];
  readonly paths: readonly string[];
  entry(path: string): Entry | undefined;
  text(path: string): Promise<string>;
}

/** Runs the stage as a build does: the real host, a cache and recipe folder of their own. */
export interface ArchBench {
  readonly folder: string;
  readonly host: Host;
  resolve(parameters: unknown, fresh?: boolean): Promise<Json>;
  /** @param facts default: what resolve() finds. */
  install(
    parameters: unknown,
    facts?: Json,
    signal?: AbortSignal,
    onLine?: (line: string) => void,
  ): Promise<Installed>;
  /** Forgets everything that was fetched. */
  emptyCache(): Promise<void>;
  close(): Promise<void>;
}

export const never = new AbortController().signal;

export async function openArchBench(
  env: Readonly<Record<string, string>> = {},
  tools?: Toolbox,
): Promise<ArchBench> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-arch-"));
  const opened = openHost({ env: { ...process.env, WHITTLE_CACHE: join(folder, "cache"), ...env } });
  const host: Host = tools ? { ...opened, tools } : opened;
  const place: Place = {
    ...{ baseDir: folder, arch: "x86_64", recipe: { name: "image", version: undefined } },
    fail: (...given) => new PlacedFailure(...given),
  };
  await mkdir(join(folder, "layers"));
  const resolve = async (parameters: unknown, fresh = false) =>
    (await arch.resolve?.(parameters, { ...place, host, signal: never, fresh, log: () => undefined })) ??
    null;
  return {
    ...{ folder, host, resolve },
    async install(parameters, facts, signal = never, onLine = () => undefined) {
      const resolved = facts ?? (await resolve(parameters));
      const log: string[] = [];
      const warnings: string[] = [];
      const layer = createLayerBuilder({ folder: join(folder, "layers"), clock: 7, signal });
      const scratches = await mkdtemp(join(folder, "scratch-"));
      const context = {
        ...{ ...place, host, signal, clock: 7, layer, progress: () => undefined },
        adopt: () => undefined,
        scratch: () => mkdtemp(join(scratches, "a-")),
        log: (line: string) => {
          log.push(line);
          onLine(line);
        },
        warn: (line: string) => void warnings.push(line),
        below: () => Promise.reject(new Error("This kind does not read the tree below.")),
      };
      try {
        await arch.apply(parameters, context, resolved);
        return installedOf(await layer.finish(never), log, warnings);
      } finally {
        await layer.discard();
        await rm(scratches, { recursive: true, force: true });
      }
    },
    emptyCache: () => rm(join(folder, "cache"), { recursive: true, force: true }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

function installedOf(layer: Layer, log: readonly string[], warnings: readonly string[]): Installed {
  const tree = stackLayers([layer]);
  return {
    ...{ layer, log, warnings, paths: layer.index.entries.map(each => each.path) },
    entry: path => layer.index.entries.find(each => each.path === path),
    async text(path) {
      const entry = tree.resolve(path);
      if (entry?.type !== "file") throw new Error(`There is no file ${path}.`);
      return (await readTreeFile(entry)).toString("utf8");
    },
  };
}
