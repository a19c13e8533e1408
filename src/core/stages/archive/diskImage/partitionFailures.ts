import { Failure } from "../../../failure.ts";
import { describe, type Partition, type PartitionReport } from "./partitionReport.ts";

const containers: Readonly<Record<string, readonly [what: string, cure: string]>> = {
  crypto_LUKS: ["encrypted (LUKS)", "Open it on the system it belongs to, and give a tar of its files."],
  LVM2_member: [
    "a volume group (LVM)",
    "Copy the volume out of it (`dd` from /dev/GROUP/VOLUME), and give that image.",
  ],
  linux_raid_member: [
    "part of a RAID",
    "Assemble it where its other disks are, and give a tar of its files.",
  ],
  zfs_member: ["a ZFS pool", "Import it where ZFS is, and give a tar of its files."],
};

/** Nothing of the image can be read, or not the partition that was asked for. */
export function noPartition(report: PartitionReport, asked: number | undefined): Failure {
  const { partitions } = report;
  if (asked !== undefined) {
    const found = partitions.find(each => each.number === asked);
    if (found)
      return new Failure(
        "disk-image-partition",
        `${capital(describe(found))} ${reason(found)}.`,
        advice([found]),
      );
    const all = partitions.map(describe).join(", ");
    return new Failure("disk-image-partition", `The disk image has no partition ${asked}. It has ${all}.`, {
      advice: "Name one of these, or leave `partition` out.",
    });
  }
  const each = partitions.map(found => `${describe(found)} ${reason(found)}`).join("; ");
  return new Failure(
    "disk-image-partition",
    `Nothing on the disk image can be read: ${each || "it is empty"}.`,
    advice(partitions),
  );
}

function reason({ type, problem }: Partition): string {
  const container = containers[type];
  if (container) return `is ${container[0]}`;
  if (type === "unknown") return "holds no file system that is known here";
  if (type === "swap") return "is swap space";
  if (problem?.kind === "driver")
    return `cannot be mounted: the helper VM's kernel has no driver for ${type}`;
  return problem ? `is damaged (${problem.said})` : "was not mounted";
}

function advice(partitions: readonly Partition[]): { advice: string } {
  const cure = partitions.map(each => containers[each.type]?.[1]).find(each => each !== undefined);
  return { advice: cure ?? "Give a tar of the files instead, made on a system that reads them." };
}

/** The file system broke off while it was read. */
export function tarFailed(report: PartitionReport, said: string): Failure {
  const found = report.partitions.find(each => each.number === report.chosen);
  const words = said.trim().split("\n").slice(-4).join("\n");
  return new Failure(
    "disk-image-damaged",
    `${capital(describe(found))} of the disk image cannot be read whole: ${words}`,
    {
      advice: "Check the file system on the system it belongs to (fsck), and take a new image.",
    },
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
