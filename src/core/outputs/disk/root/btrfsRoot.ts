import { join } from "node:path";
import type { OutputContext } from "../../output.ts";
import type { BtrfsIdentity } from "../btrfs/layout.ts";
import { makeBtrfs } from "../btrfs/makeBtrfs.ts";
import type { DiskParameters } from "../diskSchema.ts";
import { diskBytes, freeBytes, tooSmall } from "../fitDisk.ts";
import type { RootedDisk, RootPlace } from "./makeRoot.ts";

const sectorBytes = 4096;

/** A btrfs in its place on a new disk. */
export async function makeBtrfsRoot(
  given: DiskParameters,
  { offset, overhead }: RootPlace,
  context: OutputContext,
): Promise<RootedDisk> {
  const { signal, tree } = context;
  const path = join(await context.scratch(), "disk.raw");
  const size = diskBytes(given, context);
  const bytes =
    size === undefined ? undefined : Math.max(0, Math.floor((size - overhead) / sectorBytes) * sectorBytes);
  const total = tree.entries.reduce((sum, each) => sum + (each.type === "file" ? each.size : 0), 0);
  const onProgress = (done: number) => context.progress(Math.min(done, total), total, "bytes");
  const identity = btrfsIdentity("btrfs", given.label ?? "", context);
  const room = { bytes, free: size === undefined ? freeBytes(given, context) : 0 };
  const made = await makeBtrfs(tree, { path, offset }, room, { signal, identity, onProgress });
  if ("least" in made) throw tooSmall(given, made.least + overhead, [], context);
  return { path, bytes: made.bytes };
}

/** All numbers of a btrfs, from the recipe. */
export function btrfsIdentity(
  purpose: string,
  label: string,
  { uuid, clock }: Pick<OutputContext, "uuid" | "clock">,
): BtrfsIdentity {
  const own = (part: string): string => uuid(`${purpose} ${part}`);
  return {
    ...{ fileSystem: uuid(purpose), device: own("device"), files: own("files"), chunkTree: own("chunks") },
    ...{ label, clock },
  };
}
