import { statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { explainDiskFull } from "../../build/diskFull.ts";
import { acquireLock } from "../../build/lock.ts";
import { makeFolders } from "../../build/makeFolders.ts";
import { Failure } from "../../failure.ts";
import type { StageContext } from "../stage.ts";
import { ociFolder } from "./answers.ts";
import type { LayerBlobs } from "./blobPlace.ts";
import type { ImageFacts, LayerFacts } from "./imageFacts.ts";
import { type ImageReference, referenceText } from "./reference.ts";
import { registryFailure } from "./registryFailure.ts";
import { plainHttp, runSkopeo, skopeoName } from "./skopeo.ts";
import { watchDownload } from "./watchDownload.ts";

/** Milliseconds without a byte after which a registry counts as dead. */
const silentMs = 60_000;

/**
 * The layers of an image of a registry, fetched as far as they are not here from an earlier build or another image.
 * They are kept by digest, so that images with the same base share them.
 * @throws Failure as registryFailure() says, `disk-full`.
 */
export async function fetchLayers(
  reference: ImageReference,
  facts: ImageFacts,
  context: StageContext,
): Promise<LayerBlobs> {
  const { tag: _, ...repository } = reference;
  const exact: ImageReference = { ...repository, digest: facts.digest };
  await fetchMissing(exact, facts, context);
  return {
    async place(layer) {
      return { path: blobFile(layer, context), start: 0, length: layer.size };
    },
    async renew(layer) {
      context.log(`the copy of ${layer.digest} in the cache is damaged; fetching it again`);
      await rm(blobFile(layer, context), { force: true });
      await fetchMissing(exact, facts, context);
    },
  };
}

async function fetchMissing(
  reference: ImageReference,
  facts: ImageFacts,
  context: StageContext,
): Promise<void> {
  const folder = ociFolder(context.host);
  const [base] = facts.layers;
  if (!base || missingOf(facts.layers, context).length === 0) return;
  makeFolders(folder);
  // Images that share layers share the lowest one: whoever comes second finds what the first has fetched.
  const lock = await acquireLock(join(folder, `${base.digest.slice("sha256:".length)}.lock`), context);
  try {
    const missing = missingOf(facts.layers, context);
    if (missing.length === 0) return;
    for (const layer of missing) await rm(blobFile(layer, context), { force: true });
    await copyLayers(reference, missing, context);
    const [lost] = missingOf(missing, context);
    if (lost) throw incomplete(reference, lost);
  } catch (error) {
    context.signal.throwIfAborted();
    const explained = explainDiskFull(error, [folder]);
    throw explained === error ? await registryFailure(error, reference, context) : explained;
  } finally {
    lock.release();
  }
}

async function copyLayers(
  reference: ImageReference,
  missing: readonly LayerFacts[],
  context: StageContext,
): Promise<void> {
  const { host, signal } = context;
  // skopeo writes into this folder and moves what is complete and has the right digest.
  const scratch = await context.scratch();
  context.log(`fetching ${missing.length} layers of ${referenceText(reference)}`);
  const watch = watchDownload(
    missing.map(layer => ({ path: blobFile(layer, context), size: layer.size })),
    join(scratch, "layout"),
    context,
    silentMs,
  );
  try {
    await runSkopeo(
      host,
      [
        ...["copy", "--quiet", "--retry-times", "2", ...plainHttp(reference, "src-tls-verify")],
        ...["--dest-oci-accept-uncompressed-layers", "--dest-shared-blob-dir", ociFolder(host)],
        ...[skopeoName(reference), "oci:layout:image"],
      ],
      { signal: AbortSignal.any([signal, watch.silence]), folder: scratch },
    );
    watch.complete();
  } catch (error) {
    signal.throwIfAborted();
    throw watch.silence.aborted ? silent(reference) : error;
  } finally {
    watch.end();
  }
}

/** Layers that are not here, or not with the right length. */
function missingOf(layers: readonly LayerFacts[], context: StageContext): LayerFacts[] {
  return layers.filter(
    layer => statSync(blobFile(layer, context), { throwIfNoEntry: false })?.size !== layer.size,
  );
}

function blobFile({ digest }: LayerFacts, { host }: StageContext): string {
  return join(ociFolder(host), "sha256", digest.slice("sha256:".length));
}

function silent({ registry }: ImageReference): Failure {
  const message = `The registry ${registry} has sent nothing for ${silentMs / 1000} seconds.`;
  return new Failure("oci-unreachable", message, {
    advice: "Build again: layers that came whole are kept.",
  });
}

function incomplete(reference: ImageReference, layer: LayerFacts): Failure {
  const what = `Of ${referenceText(reference)} the layer ${layer.digest} did not come with its ${layer.size} bytes.`;
  return new Failure("oci-damaged", what, {
    advice: "Build again; if it happens again, the registry's own copy is damaged.",
  });
}
