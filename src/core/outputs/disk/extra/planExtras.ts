import type { Failure } from "../../../failure.ts";
import { parseSize } from "../../../recipe/size.ts";
import { atParameter } from "../../../stages/atParameter.ts";
import type { Entry } from "../../../tree/entry.ts";
import type { OutputContext } from "../../output.ts";
import type { DiskParameters } from "../diskSchema.ts";
import { checkNotTooLarge } from "../fitDisk.ts";
import type { ExtraKind } from "../partitions/layout.ts";
import { checkFatSize } from "./fatRefusals.ts";
import { uuidOnDisk } from "./fileSystemUuid.ts";
import { checkDistinct, checkedFrom, checkedMount } from "./folders.ts";

type FileSystem = "ext4" | "btrfs" | "vfat" | "swap" | "none";

/** An extra partition, checked. */
export interface Extra extends ExtraKind {
  /** Its place in the recipe's list. */
  readonly index: number;
  readonly filesystem: FileSystem;
  /** Bytes; undefined for the smallest. */
  readonly bytes: number | undefined;
  /** Bytes left free where the size is not given. */
  readonly free: number;
  /** Path in the image whose content it gets, without a leading slash. */
  readonly from: string | undefined;
  /** Path in the image, without a leading slash. */
  readonly mount: string | undefined;
  /** Of the partition's content, as blkid and /etc/fstab have it; undefined where it has none. */
  readonly uuid: string | undefined;
  /** Of the folder that it is mounted on. */
  readonly root: Pick<Entry, "mode" | "uid" | "gid" | "mtime"> | undefined;
}

const usualFree = "16M";
const mostFatLabel = 11;
const mebi = 2 ** 20;
// https://uapi-group.org/specifications/specs/discoverable_partitions_specification/
const linuxType = "0FC63DAF-8483-4772-8E79-3D69D8477DE4";
const typeByMount: Readonly<Record<string, string>> = {
  home: "933AC7E1-2EB4-4F13-B844-0E14E2AEF915",
  srv: "3B8F8425-20E0-4F3B-907F-1A25A76F98E8",
};
const typeByKind: Readonly<Record<string, string>> = {
  vfat: "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7",
  swap: "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F",
};
const mbrTypes: Readonly<Record<FileSystem, string>> = {
  ...{ ext4: "83", btrfs: "83", vfat: "c", swap: "82", none: "da" },
};

/**
 * Checks the extra partitions of a disk.
 * @throws Failure `disk-extra`, `disk-label`, `disk-size`, `disk-too-large`, located
 */
export async function planExtras(
  { extra = [] }: DiskParameters,
  context: OutputContext,
): Promise<readonly Extra[]> {
  const planned: Extra[] = [];
  const labels = new Set<string>();
  for (const [index, given] of extra.entries()) {
    const filesystem = given.filesystem ?? "ext4";
    const refuse = (field: string, code: string, message: string, advice: string): Failure =>
      context.fail(code, message, { at: ["extra", index, field], advice });
    if (labels.has(given.label.toLowerCase())) {
      throw refuse(
        "label",
        "disk-extra",
        `Two partitions are called ${given.label}.`,
        "Give each a label of its own.",
      );
    }
    labels.add(given.label.toLowerCase());
    if (filesystem === "vfat" && given.label.length > mostFatLabel) {
      throw refuse(
        "label",
        "disk-label",
        `The label of a vfat has at most ${mostFatLabel} characters.`,
        "Shorten it.",
      );
    }
    if (filesystem === "vfat" && given.label.includes(".")) {
      throw refuse("label", "disk-label", "The label of a vfat has no dots.", "Write a dash instead.");
    }
    const isRaw = filesystem === "swap" || filesystem === "none";
    for (const field of ["from", "mount", "free"] as const) {
      if (!isRaw || given[field] === undefined) continue;
      const what = filesystem === "swap" ? "Swap" : "A partition without a file system";
      throw refuse(
        field,
        "disk-extra",
        `${what} takes no ${field}.`,
        `Remove ${field}, or write filesystem: ext4.`,
      );
    }
    const isAuto = given.size === undefined || given.size === "auto";
    if (isRaw && isAuto) {
      throw refuse(
        "size",
        "disk-extra",
        `The partition ${given.label} needs a size.`,
        "Write one, such as size: 256M.",
      );
    }
    if (!isAuto && given.free !== undefined) {
      throw refuse(
        "free",
        "disk-size",
        "free only counts where size is auto.",
        "Remove free, or write size: auto.",
      );
    }
    const size = (field: "size" | "free", text: string): Promise<number> =>
      atParameter(context, ["extra", index, field], () => {
        const bytes = wholeMebi(parseSize(text));
        checkNotTooLarge(bytes, ["extra", index, field], context);
        if (filesystem === "vfat") checkFatSize(bytes);
        return bytes;
      });
    const from = given.from === undefined ? undefined : checkedFrom(given.from, refuse, context);
    const mount = given.mount === undefined ? from : checkedMount(given.mount, refuse, context);
    const known = from === undefined ? undefined : context.tree.get(from);
    planned.push({
      ...{ index, filesystem, from, mount, label: given.label, mbr: mbrTypes[filesystem] },
      bytes: isAuto ? undefined : await size("size", given.size ?? ""),
      free: await size("free", given.free ?? usualFree),
      gpt: typeByKind[filesystem] ?? typeByMount[mount ?? ""] ?? linuxType,
      uuid: uuidOnDisk(filesystem, context.uuid(`disk extra ${given.label}`)),
      root: known && { mode: known.mode, uid: known.uid, gid: known.gid, mtime: known.mtime },
    });
  }
  checkDistinct(planned, context);
  return planned;
}

function wholeMebi(bytes: number): number {
  return Math.ceil(bytes / mebi) * mebi;
}
