import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../../src/core/failure.ts";
import type { Host } from "../../../src/core/host/host.ts";
import { openToolbox } from "../../../src/core/host/toolbox.ts";
import { archive } from "../../../src/core/stages/archive.ts";
import type { ParameterPath } from "../../../src/core/stages/stage.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { createLayerBuilder } from "../../../src/core/tree/layerBuilder.ts";
import { contentReader } from "./contentReader.ts";

/** A failure and the parameter it was placed on. */
export class PlacedFailure extends Failure {
  readonly placedAt: ParameterPath | undefined;

  constructor(
    code: string,
    message: string,
    details: { advice?: string; at?: ParameterPath; cause?: unknown } = {},
  ) {
    super(code, message, { advice: details.advice, cause: details.cause });
    this.placedAt = details.at;
  }
}

/** What a run of the stage left behind. */
export interface Ran {
  readonly layer: Layer;
  readonly warnings: readonly string[];
  readonly progress: readonly (readonly [done: number, total: number | undefined])[];
  /** A file's bytes, holes filled with zeros. */
  content(path: string): Buffer;
}

/** A folder with recipe inputs, a cache and a stage to run; close() removes all of it. */
export interface Bench {
  readonly folder: string;
  readonly host: Host;
  put(name: string, bytes: Uint8Array): Promise<string>;
  /** `onProgress` is called at each report. */
  run(parameters: unknown, signal?: AbortSignal, onProgress?: () => void): Promise<Ran>;
  close(): Promise<void>;
}

export async function openBench(env: Record<string, string | undefined> = process.env): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-archive-"));
  const host: Host = {
    arch: "x86_64",
    cacheDir: join(folder, "cache"),
    tools: openToolbox(env),
    env,
    jobs: 2,
  };
  return {
    folder,
    host,
    async put(name, bytes) {
      await writeFile(join(folder, name), bytes);
      return name;
    },
    async run(parameters, signal = new AbortController().signal, onProgress = () => {}) {
      const warnings: string[] = [];
      const progress: [number, number | undefined][] = [];
      const layers = join(folder, "layers");
      await mkdir(layers, { recursive: true });
      const builder = createLayerBuilder({ folder: layers, clock: 0, signal });
      try {
        await archive.apply(
          parameters as never,
          {
            baseDir: folder,
            arch: "x86_64",
            recipe: { name: "image", version: undefined },
            fail: (code, message, details) => new PlacedFailure(code, message, details),
            host,
            signal,
            clock: 0,
            scratch: () => mkdtemp(join(folder, "scratch-")),
            log: () => {},
            progress(done, total) {
              progress.push([done, total]);
              onProgress();
            },
            warn: message => warnings.push(message),
            layer: builder,
            adopt: () => {
              throw new Error("No layer was expected here.");
            },
            below: () => Promise.reject(new Error("An archive does not read the tree below.")),
          },
          null,
        );
        const layer = await builder.finish(signal);
        return { layer, warnings, progress, content: contentReader(layer) };
      } catch (error) {
        await builder.discard();
        throw error;
      }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
