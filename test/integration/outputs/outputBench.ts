import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Failure } from "../../../src/core/failure.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import type { AnyOutputKind, OutputContext, ProducedFile } from "../../../src/core/outputs/output.ts";
import type { FileContent, Layer, LayerWriter, NewEntry } from "../../../src/core/tree/layer.ts";
import { createLayerBuilder } from "../../../src/core/tree/layerBuilder.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";

export const signal = new AbortController().signal;
/** Between test runs, for packages from the mirror. */
export const sharedCache = join(tmpdir(), `whittle-test-cache-${process.getuid?.() ?? 0}`);
export const owned = { uid: 0, gid: 0, mtime: 1_700_000_000 };

export type Add = (entry: NewEntry, content?: FileContent) => Promise<void>;

/** A folder of its own, with what outputs are made from and made into. */
export interface Bench {
  readonly folder: string;
  tree(...layers: ((add: Add) => Promise<void>)[]): Promise<Tree>;
  /** The same for layers that also remove something. */
  stacked(...layers: ((layer: LayerWriter) => Promise<void>)[]): Promise<Tree>;
  context(tree: Tree, changes?: Partial<OutputContext>): BenchContext;
  close(): Promise<void>;
}

export interface BenchContext extends OutputContext {
  readonly lines: string[];
  readonly warnings: string[];
  /** Keys of what was not in the cache. */
  readonly made: string[];
}

const layersOf = new WeakMap<Tree, readonly Layer[]>();

export async function openBench(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-outputs-"));
  return {
    folder,
    tree: (...fills) => stacked(...fills.map(fill => (layer: LayerWriter) => fill(layer.add))),
    stacked,
    context: (tree, changes) => contextIn(folder, tree, changes),
    close: () => rm(folder, { recursive: true, force: true }),
  };

  async function stacked(...fills: ((layer: LayerWriter) => Promise<void>)[]): Promise<Tree> {
    const layers: Layer[] = [];
    for (const fill of fills) {
      const builder = createLayerBuilder({ folder: join(folder, "layers"), clock: 0 });
      await fill(builder);
      layers.push(await builder.finish(signal));
    }
    const tree = stackLayers(layers);
    layersOf.set(tree, layers);
    return tree;
  }
}

function contextIn(folder: string, tree: Tree, changes: Partial<OutputContext> = {}): BenchContext {
  const lines: string[] = [];
  const warnings: string[] = [];
  const made: string[] = [];
  const cache = join(folder, "cache");
  return {
    ...{ lines, warnings, made, tree, signal, clock: 0, baseDir: folder, arch: "x86_64", name: "out" },
    host: openHost({ cacheDir: sharedCache }),
    recipe: { name: "boots", version: undefined },
    stages: async () =>
      (layersOf.get(tree) ?? []).map((layer, at) => ({
        name: `stage ${at}`,
        kind: "files",
        layers: [layer],
      })),
    uuid: purpose =>
      `00000000-0000-4000-8000-${createHash("sha256").update(purpose).digest("hex").slice(0, 12)}`,
    fail: (code, message, { advice, at, cause } = {}) =>
      new Failure(code, message, { advice, cause, range: rangeAt(at?.join(".") ?? "") }),
    scratch: () => mkdtemp(join(folder, "scratch-")),
    log: line => lines.push(line),
    progress: () => {},
    warn: message => warnings.push(message),
    async derived(key, make) {
      await mkdir(cache, { recursive: true });
      const path = join(cache, createHash("sha256").update(key).digest("hex"));
      if (await isThere(path)) return path;
      made.push(key);
      await make(path);
      return path;
    },
    ...changes,
  };
}

/** A range that tells, in place of a file, which parameter it is the range of. */
function rangeAt(at: string) {
  return { file: at, start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export async function makeOutput(
  kind: AnyOutputKind,
  parameters: unknown,
  context: OutputContext,
): Promise<{ readonly files: readonly ProducedFile[]; readonly image: ProducedFile }> {
  const files = await kind.apply(parameters, context, null);
  const image = files.find(file => file.role === "image");
  if (!image) throw new Error("There is no image.");
  return { files, image };
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
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
