import { join } from "node:path";
import { formatSize } from "../../../recipe/size.ts";
import { atParameter } from "../../../stages/atParameter.ts";
import type { Tree } from "../../../tree/tree.ts";
import type { OutputContext } from "../../output.ts";
import { makeBtrfs } from "../btrfs/makeBtrfs.ts";
import { blockBytes } from "../ext4/ext4Image.ts";
import { makeAround, makeInto, smallest } from "../ext4/fit.ts";
import { openMaker } from "../ext4/maker.ts";
import { swapImage } from "../partitions/swapArea.ts";
import { btrfsIdentity } from "../root/btrfsRoot.ts";
import type { Extra } from "./planExtras.ts";

/** What an extra partition holds. */
export interface ExtraImage {
  /** Of a sparse file, which can be shorter than the partition; undefined for zeros. */
  readonly path: string | undefined;
  /** Of the partition. */
  readonly bytes: number;
}

/**
 * Makes the content of an extra partition.
 * @param part of the tree that lies there
 * @throws Failure `disk-too-small`, `disk-entry`, `disk-xattr`, `fat-file-too-large`, located at the partition
 */
export async function extraImage(extra: Extra, part: Tree, context: OutputContext): Promise<ExtraImage> {
  const place = ["extra", extra.index];
  const made = await atParameter(context, [...place, ...(extra.from === undefined ? [] : ["from"])], () =>
    contentOf(extra, part, context),
  );
  if (!("least" in made)) return made;
  const least = formatSize(made.least);
  throw context.fail(
    "disk-too-small",
    `The content of the partition ${extra.label} does not fit into ${formatSize(extra.bytes ?? 0)}; the smallest that would do is ${least}.`,
    { at: [...place, "size"], advice: `Write size: ${least} or more, or size: auto.` },
  );
}

type Made = ExtraImage | { readonly least: number };

async function contentOf(extra: Extra, tree: Tree, context: OutputContext): Promise<Made> {
  const { filesystem, bytes = 0, label, uuid = "" } = extra;
  if (filesystem === "none") return { path: undefined, bytes };
  if (filesystem === "ext4") return extImage(extra, tree, context);
  if (filesystem === "btrfs") return btrfsImage(extra, tree, context);
  if (filesystem === "vfat") {
    const { fatTree } = await import("./fatTree.ts");
    return fatTree(extra, tree, context);
  }
  const path = await swapImage(bytes, uuid, context, label);
  return { path, bytes };
}

async function extImage(extra: Extra, tree: Tree, context: OutputContext): Promise<Made> {
  const { host, signal, clock } = context;
  const { label, uuid = "" } = extra;
  const identity = { uuid, hashSeed: context.uuid(`disk extra ${label} hash`), label, clock };
  const root = extra.root && { ...extra.root, type: "directory" as const };
  const work = { host, signal, folder: await context.scratch(), identity, root };
  const maker = await openMaker(work, tree, true, () => {});
  try {
    const { path } = maker;
    if (extra.bytes === undefined) return { path, bytes: (await makeAround(maker, extra.free)) * blockBytes };
    if (await makeInto(maker, extra.bytes)) return { path, bytes: extra.bytes };
    return { least: (await smallest(maker)) * blockBytes };
  } finally {
    await maker.close();
  }
}

async function btrfsImage(extra: Extra, tree: Tree, context: OutputContext): Promise<Made> {
  const { label, root, bytes, free } = extra;
  const path = join(await context.scratch(), "extra.raw");
  const identity = btrfsIdentity(`disk extra ${label}`, label, context);
  const work = { signal: context.signal, identity, root, onProgress: () => {} };
  const made = await makeBtrfs(tree, { path, offset: 0 }, { bytes, free }, work);
  return "least" in made ? made : { path, bytes: made.bytes };
}
