import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** A layer of an image for tests. */
export interface TestLayer {
  /** Uncompressed. */
  readonly tar: Buffer;
  /** The blob, when it is not the tar in gzip. */
  readonly blob?: Buffer;
  /** Default: an OCI layer in gzip. */
  readonly mediaType?: string;
}

export interface TestImage {
  readonly layers: readonly TestLayer[];
  /** Default: amd64. */
  readonly architecture?: string;
  readonly variant?: string;
  /** The tars that the configuration speaks of, when they are others. */
  readonly claimed?: readonly Buffer[];
  readonly configType?: string;
}

export const gzipType = "application/vnd.oci.image.layer.v1.tar+gzip";
export const plainType = "application/vnd.oci.image.layer.v1.tar";
const manifestType = "application/vnd.oci.image.manifest.v1+json";
const indexType = "application/vnd.oci.image.index.v1+json";

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The same tar without compression, as `docker save` has it. */
export function plain(tar: Buffer): TestLayer {
  return { tar, blob: tar, mediaType: plainType };
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * Writes an OCI layout.
 * @param images by name; several under one name are one image for several platforms
 */
export async function writeLayout(
  folder: string,
  images: Readonly<Record<string, TestImage | readonly TestImage[]>>,
): Promise<string> {
  await mkdir(join(folder, "blobs/sha256"), { recursive: true });
  const put = async (bytes: Uint8Array, mediaType: string): Promise<Descriptor> => {
    const hex = sha256(bytes);
    await writeFile(join(folder, "blobs/sha256", hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const json = (value: unknown, mediaType: string) => put(Buffer.from(JSON.stringify(value)), mediaType);
  const putImage = async ({ layers, claimed, configType, ...image }: TestImage) => {
    const { architecture = "amd64", variant } = image;
    const platform = { architecture, os: "linux", ...(variant === undefined ? {} : { variant }) };
    const tars = claimed ?? layers.map(each => each.tar);
    const config = await json(
      {
        ...platform,
        config: {},
        rootfs: { type: "layers", diff_ids: tars.map(each => `sha256:${sha256(each)}`) },
      },
      configType ?? "application/vnd.oci.image.config.v1+json",
    );
    const blobs: Descriptor[] = [];
    for (const { tar, blob = gzipSync(tar), mediaType = gzipType } of layers)
      blobs.push(await put(blob, mediaType));
    const manifest = { schemaVersion: 2, mediaType: manifestType, config, layers: blobs };
    return { ...(await json(manifest, manifestType)), platform };
  };
  const manifests: unknown[] = [];
  for (const [name, given] of Object.entries(images)) {
    const all = await Promise.all([given].flat().map(each => putImage(each as TestImage)));
    const [only] = all;
    const listed = { schemaVersion: 2, mediaType: indexType, manifests: all };
    const { platform: _, ...single } = { platform: {}, ...only };
    const top = Array.isArray(given) ? await json(listed, indexType) : single;
    manifests.push(
      name === "" ? top : { ...top, annotations: { "org.opencontainers.image.ref.name": name } },
    );
  }
  await writeFile(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeFile(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
  return folder;
}
