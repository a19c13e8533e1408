import type { OutputContext } from "../../output.ts";
import type { DiskParameters } from "../diskSchema.ts";
import { blockBytes, type ExtType } from "../ext4/ext4Image.ts";
import { makeAround, makeInto, smallest } from "../ext4/fit.ts";
import { openMaker } from "../ext4/maker.ts";
import { diskBytes, freeBytes, tooSmall } from "../fitDisk.ts";
import type { RootedDisk, RootPlace } from "./makeRoot.ts";

/** An ext4, ext3 or ext2 in its place on a new disk. */
export async function makeExtRoot(
  given: DiskParameters,
  { offset, overhead }: RootPlace,
  context: OutputContext,
): Promise<RootedDisk> {
  const { host, signal, clock, tree } = context;
  const type = (given.filesystem ?? "ext4") as ExtType;
  const uuids = { uuid: context.uuid("ext4"), hashSeed: context.uuid("ext4 hash") };
  const identity = { type, ...uuids, label: given.label ?? "", clock };
  const total = tree.entries.reduce((sum, each) => sum + (each.type === "file" ? each.size : 0), 0);
  const onProgress = (bytes: number) => context.progress(bytes, total, "bytes");
  const work = { host, signal, folder: await context.scratch(), identity, offset };
  const journal = type !== "ext2" && (given.journal ?? true);
  const maker = await openMaker(work, tree, journal, onProgress);
  try {
    const size = diskBytes(given, context);
    let blocks: number;
    if (size === undefined) blocks = await makeAround(maker, freeBytes(given, context));
    else {
      blocks = Math.floor((size - overhead) / blockBytes);
      if (!(await makeInto(maker, size - overhead))) {
        const least = (await smallest(maker)) * blockBytes + overhead;
        throw tooSmall(given, least, journal ? ["`journal: false` saves 4 MiB or more"] : [], context);
      }
    }
    return { path: maker.path, bytes: blocks * blockBytes };
  } finally {
    // A copy of all files: gone before the image is converted.
    await maker.close();
  }
}
