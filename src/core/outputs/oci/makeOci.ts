import { createReadStream } from "node:fs";
import { join } from "node:path";
import { digestOfFile, sha256 } from "../../build/digest.ts";
import { type Compression, compressionOf } from "../compress/compression.ts";
import { compressTo } from "../compress/compressTo.ts";
import { baseName } from "../fileNames.ts";
import type { OciParameters } from "../oci.ts";
import type { OutputContext, ProducedFile } from "../output.ts";
import { type ArchiveMember, writeArchive } from "./archive.ts";
import { imageConfig } from "./imageConfig.ts";
import { imageLayers, type LayerTar, sizeOf } from "./imageLayers.ts";
import { imageName } from "./imageName.ts";

const suffixes = { gzip: "+gzip", zstd: "+zstd", none: "" } as const;

interface Blob {
  readonly digest: string;
  readonly size: number;
  readonly content: ArchiveMember["content"];
}

/**
 * Writes an OCI image layout as a tar that is a docker-archive as well.
 * @throws Failure `bad-level`, `oci-empty`, located
 */
export async function makeOci(
  given: OciParameters,
  context: OutputContext,
): Promise<readonly ProducedFile[]> {
  const compression = compressionOf(given, "gzip", context);
  if (context.tree.entries.length === 0) {
    throw context.fail("oci-empty", "The image has no files, so no container could start from it.", {
      advice: "Add a stage that brings files, or remove the one that takes all of them away.",
    });
  }
  const method = given.compress ?? "gzip";
  const steps = await imageLayers(context, given.flatten ?? false);
  const layers: Blob[] = [];
  for (const { tar } of steps) if (tar) layers.push(await packed(tar, compression, context));
  const config = jsonBlob(imageConfig(given, steps, context));
  const layerType = `application/vnd.oci.image.layer.v1.tar${suffixes[method]}`;
  const manifest = jsonBlob({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: "application/vnd.oci.image.config.v1+json", ...described(config) },
    layers: layers.map(layer => ({ mediaType: layerType, ...described(layer) })),
  });
  const path = join(await context.scratch(), "oci.tar");
  const members = imageFiles(given, context, { manifest, config, layers });
  await writeArchive(members, path, context);
  return [{ role: "image", fileName: `${baseName(context, "oci")}.oci.tar`, path }];
}

function imageFiles(
  given: OciParameters,
  { recipe }: OutputContext,
  { manifest, config, layers }: { manifest: Blob; config: Blob; layers: readonly Blob[] },
): readonly ArchiveMember[] {
  const { name, tag, full } = imageName(given.tag, recipe);
  const annotations = {
    "io.containerd.image.name": `${full}:${tag}`,
    "org.opencontainers.image.ref.name": tag,
  };
  const index = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [
      { mediaType: "application/vnd.oci.image.manifest.v1+json", ...described(manifest), annotations },
    ],
  };
  const forDocker = [{ Config: pathOf(config), RepoTags: [`${name}:${tag}`], Layers: layers.map(pathOf) }];
  const blobs = new Map([manifest, config, ...layers].map(blob => [pathOf(blob), blob]));
  return [
    { path: "oci-layout", ...json({ imageLayoutVersion: "1.0.0" }) },
    { path: "index.json", ...json(index) },
    { path: "manifest.json", ...json(forDocker) },
    ...[...blobs]
      .map(([path, { size, content }]) => ({ path, size, content }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  ];
}

/** A layer as the image has it. Layers stay, so each is compressed once. */
async function packed(tar: LayerTar, compression: Compression, context: OutputContext): Promise<Blob> {
  const { host, signal } = context;
  if (compression.method === "none") {
    return { digest: tar.digest, size: await sizeOf(tar), content: { file: tar.path } };
  }
  const file = await context.derived(`oci layer ${tar.digest} ${JSON.stringify(compression)}`, async path => {
    const bytes = await sizeOf(tar);
    await compressTo(host, compression, createReadStream(tar.path), path, { signal, bytes });
  });
  const { sha256: digest, bytes: size } = await digestOfFile(file, signal);
  return { digest, size, content: { file } };
}

function jsonBlob(value: unknown): Blob {
  const { size, content } = json(value);
  return { digest: sha256(content.bytes), size, content };
}

function json(value: unknown) {
  const bytes = Buffer.from(JSON.stringify(value));
  return { size: bytes.length, content: { bytes } };
}

function described({ digest, size }: Blob) {
  return { digest: `sha256:${digest}`, size };
}

function pathOf({ digest }: Blob): string {
  return `blobs/sha256/${digest}`;
}
