import type { Place } from "../../../stages/stage.ts";
import type { BootPlan } from "../loader/bootPlan.ts";
import type { ExtraKind, WantedPartition } from "./layout.ts";

const mostInMbr = 4;

/** What decides which partitions a disk has. */
export interface PartitionFacts {
  readonly plan: BootPlan & { readonly table: "mbr" | "gpt" };
  /** Bytes; 0 for none. */
  readonly swap: number;
  readonly hasInitrd: boolean;
  /** The kernel has to lie on a FAT partition for GRUB too. */
  readonly copied: boolean;
}

/**
 * The partitions before the root, which is the last so that it can grow.
 * @throws Failure `disk-partitions`, located
 */
export function partitionsBeforeRoot(
  { plan: { table, bios, uefi }, swap, hasInitrd, copied }: PartitionFacts,
  fatBytes: number,
  extras: readonly { readonly extra: ExtraKind; readonly bytes: number }[],
  place: Pick<Place, "fail">,
): readonly WantedPartition[] {
  const list: WantedPartition[] = [];
  if (bios === "grub" && table === "gpt") list.push({ role: "bios-boot", bytes: 0 });
  const needsFat = bios !== undefined && (bios === "syslinux" || hasInitrd || copied);
  if (uefi) list.push({ role: "efi", bytes: fatBytes });
  else if (needsFat) list.push({ role: "boot", bytes: fatBytes });
  if (swap > 0) list.push({ role: "swap", bytes: swap });
  for (const { extra, bytes } of extras) list.push({ role: "extra", bytes, extra });
  if (table === "gpt" || list.length < mostInMbr) return list;
  throw place.fail(
    "disk-partitions",
    `An MBR holds ${mostInMbr} partitions; this disk has ${list.length + 1} with its root.`,
    { at: ["extra"], advice: "Write partitions: gpt." },
  );
}
