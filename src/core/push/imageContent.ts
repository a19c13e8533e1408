import { createReadStream, createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure } from "../failure.ts";
import { isDigest } from "../stages/oci/reference.ts";
import { readTar } from "../tree/tarRead.ts";
import { makeLayout, type PushContent, writeIndex } from "./layoutFolder.ts";

interface Described {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * Unpacks the tar of an `oci` output to a layout, so that skopeo sends its blobs as they are.
 * @param archive absolute path
 * @param parent folder that gets the layout
 * @throws Failure `push-failed` when the file is no such tar
 */
export async function imageContent(
  archive: string,
  parent: string,
  signal: AbortSignal,
): Promise<PushContent> {
  const blobPath = await makeLayout(parent);
  const found = new Map<string, number>();
  let index: unknown;
  const tar = createReadStream(archive, { highWaterMark: 1024 * 1024, signal });
  for await (const { name, type, size, content } of readTar(tar, signal)) {
    const blob = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
    if (type !== "file") continue;
    if (name === "index.json") index = await readJson(content);
    else if (blob !== undefined) {
      const bytes = Readable.from(content, { objectMode: false });
      await pipeline(bytes, createWriteStream(blobPath(blob)), { signal });
      found.set(blob, size);
    }
  }
  const [manifest] = (index as { readonly manifests?: readonly Described[] } | undefined)?.manifests ?? [];
  if (!manifest || !isDigest(manifest.digest)) throw damaged(archive);
  const { mediaType, digest, size } = manifest;
  const listed = await listedIn(blobPath(digest.slice("sha256:".length)), archive);
  if (listed.some(each => !found.has(each))) throw damaged(archive);
  await writeIndex(parent, { mediaType, digest, size });
  return { digest, blobs: [...new Set(listed)].map(each => found.get(each) ?? 0) };
}

/** The blobs that a manifest lists, by sha256 in hex. */
async function listedIn(manifest: string, archive: string): Promise<string[]> {
  try {
    const { config, layers } = JSON.parse(await readFile(manifest, "utf8")) as {
      readonly config: Described;
      readonly layers: readonly Described[];
    };
    return [config, ...layers].map(({ digest }) => digest.slice("sha256:".length));
  } catch (cause) {
    throw damaged(archive, cause);
  }
}

async function readJson(content: AsyncIterable<Uint8Array>): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of content) parts.push(Buffer.from(part));
  return JSON.parse(Buffer.concat(parts).toString("utf8")) as unknown;
}

function damaged(archive: string, cause?: unknown): Failure {
  return new Failure("push-failed", `${archive} is not the container image that was built.`, {
    advice: "Remove the file and push again: it is built anew.",
    cause,
  });
}
