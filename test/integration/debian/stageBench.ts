import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FormatRegistry, TypeRegistry } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { removeFolder } from "../../../src/core/build/removeFolder.ts";
import { Failure } from "../../../src/core/failure.ts";
import type { Arch, Host } from "../../../src/core/host/host.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import type { AnyStageKind, ParameterPath, Place } from "../../../src/core/stages/stage.ts";
import type { Entry } from "../../../src/core/tree/entry.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { createLayerBuilder } from "../../../src/core/tree/layerBuilder.ts";
import { readTreeFile } from "../../../src/core/tree/readFile.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";

/** A failure and the parameter it was placed on. */
export class PlacedFailure extends Failure {
  readonly placedAt: ParameterPath;

  constructor(code: string, message: string, details: Parameters<Place["fail"]>[2] = {}) {
    super(code, message, { advice: details.advice, cause: details.cause });
    this.placedAt = details.at ?? [];
  }
}

export interface Ran {
  readonly layer: Layer;
  readonly paths: readonly string[];
  readonly log: readonly string[];
  entry(path: string): Entry | undefined;
  text(path: string): Promise<string>;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onLog?: (line: string) => void;
  readonly onProgress?: (done: number, total: number | undefined, unit: string) => void;
}

/** Runs stages as a build does: the real host, a cache and recipe folder of their own. */
export interface StageBench {
  /** The recipe's folder. */
  readonly folder: string;
  readonly host: Host;
  run(kind: AnyStageKind, parameters: unknown, arch?: Arch, options?: RunOptions): Promise<Ran>;
  close(): Promise<void>;
}

// A hint for completion, no constraint.
FormatRegistry.Set("path", () => true);
// What choiceField() makes.
TypeRegistry.Set<{ readonly enum?: readonly unknown[] }>("Unsafe", (schema, value) => {
  return schema.enum?.includes(value) ?? true;
});

export const signal = new AbortController().signal;
const never = signal;

export async function openStageBench(): Promise<StageBench> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-stage-"));
  const host = openHost({ env: { ...process.env, WHITTLE_CACHE: join(folder, "cache") } });
  await mkdir(join(folder, "layers"));
  return {
    folder,
    host,
    async run(kind, parameters, arch = "x86_64", options = {}) {
      const { signal = never, onLog, onProgress = () => {} } = options;
      if (!Value.Check(kind.parameters, parameters)) throw new Error("The parameters do not fit the schema.");
      const place: Place = {
        baseDir: folder,
        arch,
        recipe: { name: "image", version: undefined },
        fail: (...given) => new PlacedFailure(...given),
      };
      const asking = { ...place, host, signal, fresh: false, log: () => undefined };
      const resolved = (await kind.resolve?.(parameters, asking)) ?? null;
      const log: string[] = [];
      const builder = createLayerBuilder({ folder: join(folder, "layers"), clock: 7, signal });
      const scratches: string[] = [];
      try {
        await kind.apply(
          parameters,
          {
            ...place,
            host,
            signal,
            clock: 7,
            layer: builder,
            adopt: () => {
              throw new Error("No layer was expected here.");
            },
            async scratch() {
              const made = await mkdtemp(join(folder, "scratch-"));
              scratches.push(made);
              return made;
            },
            log: line => {
              log.push(line);
              onLog?.(line);
            },
            progress: onProgress,
            warn: line => log.push(line),
            below: () => Promise.reject(new Error("This kind does not read the tree below.")),
          },
          resolved,
        );
        return ranOf(await builder.finish(signal), log);
      } finally {
        await builder.discard();
        for (const scratch of scratches) await removeFolder(scratch);
      }
    },
    close: () => removeFolder(folder),
  };
}

function ranOf(layer: Layer, log: readonly string[]): Ran {
  const tree = stackLayers([layer]);
  return {
    layer,
    log,
    paths: layer.index.entries.map(each => each.path),
    entry: path => layer.index.entries.find(each => each.path === path),
    async text(path) {
      const entry = tree.get(path);
      if (entry?.type !== "file") throw new Error(`There is no file ${path}.`);
      return (await readTreeFile(entry)).toString("latin1");
    },
  };
}
