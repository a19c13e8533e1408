import { createReadStream } from "node:fs";
import { type BlobReader, openBlob } from "../../tree/blobReader.ts";
import { layerName, memberEntry } from "../../tree/indexTar.ts";
import type { Layer, NewEntry } from "../../tree/layer.ts";
import { createLayerBuilder, type LayerBuilder } from "../../tree/layerBuilder.ts";
import { badPath, normalizePath } from "../../tree/path.ts";
import { storedBytes, tarEnd } from "../../tree/tarHeader.ts";
import { readTar } from "../../tree/tarRead.ts";
import type { TarMember } from "../../tree/tarReadMember.ts";
import type { Tree, TreeEntry } from "../../tree/tree.ts";
import type { StageContext } from "../stage.ts";

/**
 * Writes a layer tar anew as one of ours: each path once, hard links within the layer only. What such a link points
 * to in a lower layer comes up with it, as it does when a container makes the link.
 * @param tar path of the uncompressed tar
 * @param hidden folders that take the place of a link below
 * @param below the layers of the same image below it
 * @throws Failure `bad-path`, `bad-entry`, `archive-damaged`.
 */
export async function rewriteLayer(
  tar: string,
  hidden: readonly string[],
  below: Tree,
  context: StageContext,
): Promise<Layer> {
  const { clock, signal } = context;
  const builder = createLayerBuilder({ folder: await context.scratch(), clock, signal });
  const seen = new Set<string>();
  try {
    for (const path of hidden) builder.whiteout(path);
    for await (const member of readTar(endedTar(tar, signal), signal)) {
      const name = layerName(member);
      if (name.type === "nothing") continue;
      if (name.type === "whiteout") builder.whiteout(name.path);
      else if (name.type === "opaque") hideBelow(name.path, below, builder);
      else {
        if (member.type === "hardlink") await addLink(member, name.path, seen, below, builder);
        else await addEntry(member, name.path, builder);
        seen.add(name.path);
      }
    }
    return await builder.finish(signal);
  } finally {
    await builder.discard();
  }
}

async function addEntry(member: TarMember, path: string, builder: LayerBuilder): Promise<void> {
  const entry = memberEntry(member, path);
  if (entry.type !== "file") return builder.add(entry);
  await builder.add(entry, { stream: member.content, size: member.size, runs: member.runs });
}

async function addLink(
  member: TarMember,
  path: string,
  seen: Set<string>,
  below: Tree,
  builder: LayerBuilder,
): Promise<void> {
  const first = normalizePath(member.link);
  if (!seen.has(first)) {
    const found = below.get(first);
    if (!found || found.type === "directory") throw noTarget(member);
    await addFromBelow(found, builder);
    seen.add(first);
  }
  const { mode, uid, gid, mtime } = member;
  await builder.add({ type: "file", path, mode, uid, gid, mtime }, { hardLink: first });
}

async function addFromBelow(found: TreeEntry, builder: LayerBuilder): Promise<void> {
  const entry: NewEntry = found;
  if (entry.type !== "file" || found.type !== "file") return builder.add(entry);
  const blob: BlobReader = openBlob(found.layer.blob);
  try {
    const stream = blob.chunks(found.offset, storedBytes({ ...found, hardLink: undefined }));
    await builder.add(entry, { stream, size: found.size, runs: found.runs });
  } finally {
    blob.close();
  }
}

/** Our layers cannot call the root opaque: all that lies right below it goes one by one. */
function hideBelow(path: string, below: Tree, builder: LayerBuilder): void {
  if (path !== "") builder.opaque(path);
  else for (const entry of below.children("")) builder.whiteout(entry.path);
}

/** Some writers leave out the two empty blocks at the end. */
async function* endedTar(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024, signal }))
    yield piece as Uint8Array;
  yield tarEnd;
}

function noTarget({ name, link }: TarMember) {
  return badPath(
    name,
    `it is a hard link to ${JSON.stringify(link)}, which neither it nor a lower layer has`,
  );
}
