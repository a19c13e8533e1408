import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { digestOfFile } from "../../build/digest.ts";
import type { Layer } from "../../tree/layer.ts";
import type { TreeEntry } from "../../tree/tree.ts";
import { treeTar } from "../../tree/writeTar.ts";
import type { OutputContext } from "../output.ts";
import { addedFolders } from "./addedFolders.ts";
import { firstDifference } from "./plainImage.ts";

/** What became of a stage, or of one of its layers. */
export interface HistoryStep {
  /** In words, for `docker history`. */
  readonly by: string;
  /** The layer's tar; absent when the stage changed nothing. */
  readonly tar?: LayerTar | undefined;
}

export interface LayerTar {
  readonly path: string;
  /** sha256 in hex. */
  readonly digest: string;
}

/**
 * The layers of an image, bottom first: those of the stages as they are, where every tool makes the same of them.
 * @param flatten one layer in any case
 */
export async function imageLayers(context: OutputContext, flatten: boolean): Promise<readonly HistoryStep[]> {
  const { tree } = context;
  const oneLayer = async () => [{ by: "whittle: all stages", tar: await writeLayer(context, tree.entries) }];
  if (flatten) return oneLayer();
  const stages = await context.stages();
  const difference = firstDifference(
    stages.flatMap(stage => stage.layers),
    tree,
  );
  if (difference !== undefined) {
    context.warn(
      `The container image has one layer for all stages: /${difference} lies behind a link of another layer, and container tools do not agree where that is.`,
    );
    return oneLayer();
  }
  const steps = stages.flatMap(({ name, kind, layers }): HistoryStep[] => {
    const by = `whittle: ${name === kind ? kind : `${kind} ${name}`}`;
    const full = layers.filter(isFull);
    if (full.length === 0) return [{ by }];
    return full.map(({ blob, digest }) => ({ by, tar: { path: blob, digest } }));
  });
  const folders = addedFolders(tree);
  if (folders.length === 0) return steps;
  return [...steps, { by: "whittle: folders", tar: await writeLayer(context, folders) }];
}

function isFull({ index }: Layer): boolean {
  return index.entries.length + index.whiteouts.length + index.opaque.length > 0;
}

async function writeLayer(context: OutputContext, entries: readonly TreeEntry[]): Promise<LayerTar> {
  const { signal } = context;
  const path = join(await context.scratch(), "layer.tar");
  const onProgress = (done: number) => context.progress(done, entries.length, "entries");
  await pipeline(treeTar({ entries }, { signal, onProgress }), createWriteStream(path), { signal });
  return { path, digest: (await digestOfFile(path, signal)).sha256 };
}

/** Length in bytes. */
export async function sizeOf({ path }: LayerTar): Promise<number> {
  return (await stat(path)).size;
}
