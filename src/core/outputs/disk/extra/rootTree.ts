import { createLayerBuilder } from "../../../tree/layerBuilder.ts";
import { stackLayers } from "../../../tree/stack.ts";
import type { Tree } from "../../../tree/tree.ts";
import type { OutputContext } from "../../output.ts";
import { fstabLine, fstabWith, type Mount } from "./fstab.ts";
import type { Extra } from "./planExtras.ts";

/**
 * The tree as it goes onto the disk: with lines in /etc/fstab that mount the partitions. The image itself stays as it
 * is for all other outputs.
 * @param swap uuid of the disk's own swap partition
 */
export async function treeWithMounts(
  extras: readonly Extra[],
  swap: string | undefined,
  context: OutputContext,
): Promise<Tree> {
  const { tree, clock, log } = context;
  const mounts = mountsOf(extras, swap);
  const fstab = await fstabWith(tree, mounts);
  const isOdd = tree.get("etc/fstab") && tree.resolve("etc/fstab")?.type !== "file";
  if (isOdd) for (const each of mounts) log(`/etc/fstab is no file; it lacks: ${fstabLine(each)}`);
  if (!fstab) return tree;
  const builder = createLayerBuilder({ folder: await context.scratch(), clock });
  const known = tree.get(fstab.path);
  const same = known && { uid: known.uid, gid: known.gid, mode: known.mode };
  const owner = same ?? { uid: 0, gid: 0, mode: 0o644 };
  await builder.add({ type: "file", path: fstab.path, mtime: clock, ...owner }, { bytes: fstab.content });
  log(`On the disk, /${fstab.path} mounts: ${mounts.map(({ path = "swap" }) => path).join(", ")}.`);
  const own = await builder.finish(context.signal);
  const stages = await context.stages();
  return stackLayers([...stages.map(({ layers }) => layers), own]);
}

function mountsOf(extras: readonly Extra[], swap: string | undefined): readonly Mount[] {
  const found: Mount[] = swap === undefined ? [] : [{ uuid: swap, path: undefined, type: "swap" }];
  for (const { filesystem, mount, uuid } of extras) {
    if (uuid === undefined) continue;
    if (filesystem === "swap") found.push({ uuid, path: undefined, type: "swap" });
    else if (mount !== undefined) found.push({ uuid, path: `/${mount}`, type: filesystem });
  }
  return found;
}
