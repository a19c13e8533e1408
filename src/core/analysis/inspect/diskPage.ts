import { formatBytes } from "../../../shared/bytes.ts";
import type { DiskReport, FileSystem, ImageFile, Partition } from "../../../shared/inspection.ts";
import type { Fact, InspectionPage, Part } from "../../../shared/inspectionPage.ts";
import { sizeMap } from "./sizeMap.ts";

const tables = { gpt: "GPT", mbr: "MBR", none: "none" } as const;

/** A disk image for people. */
export function diskPage(report: DiskReport): InspectionPage {
  const { path, bytes, format, diskBytes, takenBytes, table, partitions, fileSystem } = report;
  const segments = fileSystem
    ? spaceOf(fileSystem, fileSystem.type, diskBytes)
    : partitions.map(each => ({ name: partitionName(each), bytes: each.bytes }));
  return {
    title: fileSystem && format === "raw" ? `File system (${fileSystem.type})` : `Disk image (${format})`,
    path,
    bytes,
    facts: [
      {
        name: "Disk",
        value: `${formatBytes(diskBytes)}${takenBytes < diskBytes ? `, of which ${formatBytes(takenBytes)} are taken on this computer` : ""}`,
      },
      startedBy(report),
      ...(report.bootCode ? [{ name: "First sector", value: report.bootCode }] : []),
      ...(fileSystem
        ? fileSystemFacts(fileSystem).map(capitalized)
        : [{ name: "Partition table", value: tables[table] }]),
    ],
    map: sizeMap("The disk", diskBytes, segments, fileSystem ? "unused" : "no partition"),
    groups: [
      ...(partitions.length > 0 ? [{ title: "Partitions", parts: partitions.map(partitionPart) }] : []),
      ...(fileSystem?.programs ? [{ title: "EFI programs", parts: fileSystem.programs.map(filePart) }] : []),
    ],
  };
}

function capitalized(fact: Fact): Fact {
  return { ...fact, name: `${fact.name.charAt(0).toUpperCase()}${fact.name.slice(1)}` };
}

export function startedBy({ firmware }: { firmware: readonly ("bios" | "uefi")[] }): Fact {
  const names = firmware.map(each => (each === "bios" ? "BIOS" : "UEFI"));
  const value = names.join(" and ") || "nothing: it has neither boot code nor an EFI program";
  return { name: "Started by", value };
}

function partitionName({ number, type, name, fileSystem }: Partition): string {
  return `${number} ${name ?? fileSystem?.label ?? type}`;
}

/** A partition as a row. */
export function partitionPart(partition: Partition): Part {
  const { type, active, bytes, uuid, start, fileSystem } = partition;
  const content = fileSystem ? [fileSystem.type] : [];
  return {
    name: partitionName(partition),
    about: [type, ...content, ...(active ? ["active"] : [])]
      .filter((each, at, all) => all.indexOf(each) === at)
      .join(", "),
    bytes,
    facts: [
      ...(fileSystem ? fileSystemFacts(fileSystem, bytes) : []),
      { name: "begins at", value: formatBytes(start) },
      ...(uuid ? [{ name: "PARTUUID", value: uuid, isCode: true }] : []),
    ],
  };
}

function fileSystemFacts(fileSystem: FileSystem, place?: number): Fact[] {
  const { label, uuid, bytes, freeBytes, compression, programs } = fileSystem;
  return [
    ...(label ? [{ name: "label", value: label, isCode: true }] : []),
    ...(uuid ? [{ name: "UUID", value: uuid, isCode: true }] : []),
    ...(bytes !== undefined && bytes !== place ? [{ name: "takes", value: formatBytes(bytes) }] : []),
    ...(freeBytes === undefined ? [] : [{ name: "free", value: formatBytes(freeBytes) }]),
    ...(compression ? [{ name: "compressed with", value: compression }] : []),
    ...(place === undefined ? [] : (programs ?? []).map(programFact)),
  ];
}

export function programFact({ path, bytes }: ImageFile): Fact {
  return { name: "EFI program", value: `${path} (${formatBytes(bytes)})`, isCode: true };
}

export function filePart({ path, bytes }: ImageFile): Part {
  return { name: path, bytes };
}

function spaceOf({ bytes = 0, freeBytes }: FileSystem, name: string, disk: number) {
  const size = Math.min(bytes, disk);
  if (freeBytes === undefined) return [{ name, bytes: size }];
  return [
    { name: "used", bytes: size - freeBytes },
    { name: "free", bytes: freeBytes, isRest: true },
  ];
}
