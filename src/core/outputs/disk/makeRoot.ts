import type { OutputContext } from "../output.ts";
import type { DiskParameters } from "./diskSchema.ts";
import { openMaker } from "./ext4/maker.ts";
import { makeFitting } from "./fitDisk.ts";

/**
 * Refuses a journal where there can be none, or none where there must be one.
 * @throws Failure `disk-journal`, located
 */
export function checkJournal(
  { filesystem, journal }: DiskParameters,
  context: Pick<OutputContext, "fail">,
): void {
  if (journal === undefined || filesystem === undefined || journal !== (filesystem === "ext2")) return;
  if (filesystem === "ext4") return;
  throw context.fail("disk-journal", `${filesystem} ${journal ? "has no" : "always has a"} journal.`, {
    at: ["journal"],
    advice: "Remove journal, or write filesystem: ext4.",
  });
}

/**
 * The root file system with the whole tree.
 * @param overhead bytes of the disk that are not the root's
 * @returns path of its image, a sparse file
 * @throws Failure `disk-too-small`, `disk-entry`, `disk-xattr`
 */
export async function makeRoot(
  given: DiskParameters,
  overhead: number,
  context: OutputContext,
): Promise<string> {
  const { host, signal, clock, tree } = context;
  const type = given.filesystem ?? "ext4";
  const identity = {
    type,
    uuid: context.uuid("ext4"),
    hashSeed: context.uuid("ext4 hash"),
    label: given.label ?? "",
    clock,
  };
  const total = tree.entries.reduce((sum, each) => sum + (each.type === "file" ? each.size : 0), 0);
  const onProgress = (bytes: number) => context.progress(bytes, total, "bytes");
  const work = { host, signal, folder: await context.scratch(), identity };
  const maker = await openMaker(work, tree, type !== "ext2" && (given.journal ?? true), onProgress);
  await makeFitting(maker, given, overhead, context);
  // A copy of all files: gone before the image is converted.
  await maker.close();
  return maker.path;
}
