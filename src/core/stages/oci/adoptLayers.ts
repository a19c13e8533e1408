import { join } from "node:path";
import { Failure } from "../../failure.ts";
import { indexTar } from "../../tree/indexTar.ts";
import type { Layer, LayerIndex } from "../../tree/layer.ts";
import { comparePaths } from "../../tree/order.ts";
import { stackLayers } from "../../tree/stack.ts";
import type { StageContext } from "../stage.ts";
import type { LayerBlobs } from "./blobPlace.ts";
import type { ImageFacts, LayerFacts } from "./imageFacts.ts";
import { rewriteLayer } from "./rewriteLayer.ts";
import { unpackLayer } from "./unpackLayer.ts";

/**
 * Unpacks the layers of an image and hands them to the stage's result, bottom first, each tar byte for byte. A tar
 * that cannot be a layer of ours is written anew, which the log tells.
 * @throws Failure `oci-damaged`, `oci-refused`, `disk-full`.
 */
export async function adoptLayers(
  facts: ImageFacts,
  blobs: LayerBlobs,
  context: StageContext,
): Promise<void> {
  const folder = await context.scratch();
  const total = facts.layers.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const onBytes = (bytes: number) => {
    done += bytes;
    context.progress(Math.min(done, total), total, "bytes");
  };
  const layers: Layer[] = [];
  let withAcl = 0;
  for (const [at, facet] of facts.layers.entries()) {
    const tar = join(folder, `${at}.tar`);
    await unpackLayer(facet, blobs, tar, context, onBytes);
    try {
      const taken = await takeLayer(facet, tar, layers, context);
      layers.push(taken.layer);
      withAcl += taken.withAcl;
    } catch (error) {
      throw asRefusal(error, facts, at);
    }
  }
  for (const layer of layers) context.adopt(layer);
  if (withAcl > 0)
    context.warn(`${withAcl} entries of the image have POSIX access control lists, which are left out.`);
  if (layers.length === 0) context.warn(`${facts.image} has no layers: it adds nothing.`);
  const entries = layers.reduce((sum, { index }) => sum + index.entries.length, 0);
  context.log(`${layers.length} layers, ${entries} entries`);
}

async function takeLayer(
  facts: LayerFacts,
  tar: string,
  below: readonly Layer[],
  context: StageContext,
): Promise<{ layer: Layer; withAcl: number }> {
  const { signal } = context;
  const { index, bytes, unfit, withAcl } = await indexTar(tar, signal);
  const hidden = hiddenLinks(index, below);
  if (unfit === undefined) {
    const whiteouts = [...new Set([...index.whiteouts, ...hidden])].sort(comparePaths);
    const digest = facts.diffId.slice("sha256:".length);
    return { layer: { digest, bytes, blob: tar, index: { ...index, whiteouts } }, withAcl };
  }
  context.log(`the layer ${facts.digest} is written anew: ${unfit}`);
  return { layer: await rewriteLayer(tar, hidden, stackLayers(below), context), withAcl };
}

/**
 * Folders of a layer that lie where a lower layer has a link. In an image the folder takes the link's place, while
 * the layers of packages leave the link and go where it points to: to us it has to be said.
 */
function hiddenLinks(index: LayerIndex, below: readonly Layer[]): string[] {
  const links = new Set<string>();
  for (const layer of below)
    for (const entry of layer.index.entries) if (entry.type === "symlink") links.add(entry.path);
  const met = index.entries.filter(entry => entry.type === "directory" && links.has(entry.path));
  if (met.length === 0) return [];
  const tree = stackLayers(below);
  return met.flatMap(({ path }) => (tree.get(path)?.type === "symlink" ? path : []));
}

function asRefusal(error: unknown, { image }: ImageFacts, at: number): unknown {
  if (!(error instanceof Failure)) return error;
  if (error.code === "bad-path" || error.code === "bad-entry" || error.code === "archive-damaged") {
    const message = `Layer ${at + 1} of ${image} cannot be used. ${error.message}`;
    return new Failure("oci-refused", message, { advice: error.advice, cause: error });
  }
  return error;
}
