import { formatBytes } from "../../../shared/bytes.ts";
import type { ElToritoEntry, IsoReport } from "../../../shared/inspection.ts";
import type { Fact, InspectionPage, Part, Segment } from "../../../shared/inspectionPage.ts";
import { filePart, partitionPart, programFact, startedBy } from "./diskPage.ts";
import { sizeMap } from "./sizeMap.ts";

const firmwareNames = { bios: "BIOS", uefi: "UEFI", other: "another firmware" } as const;
const mostSegments = 6;

/** An ISO for people. */
export function isoPage(report: IsoReport): InspectionPage {
  const { path, bytes, volumeId, extensions, madeWith, bootEntries, bootCode, partitions, files, table } =
    report;
  const count = `${files.length}${report.filesCut ? " of more" : ""}`;
  return {
    title: "CD image (ISO 9660)",
    path,
    bytes,
    facts: [
      { name: "Volume id", value: volumeId || "none", isCode: volumeId !== "" },
      startedBy(report),
      { name: "As a USB stick", value: asStick(bootCode, partitions.length, table) },
      { name: "Names", value: extensions.join(" and ") || "plain ISO 9660: short, capital letters" },
      ...(madeWith ? [{ name: "Made with", value: madeWith }] : []),
    ],
    map: sizeMap("The file", bytes, segmentsOf(report), "everything else"),
    groups: [
      ...(bootEntries.length > 0
        ? [{ title: "Boot images (El Torito)", parts: bootEntries.map(bootPart) }]
        : []),
      ...(partitions.length > 0
        ? [
            {
              title: "Partitions, when it is a disk",
              parts: partitions.map(partitionPart),
            },
          ]
        : []),
      { title: `Files (${count})`, parts: files.map(filePart) },
    ],
  };
}

function asStick(bootCode: string | undefined, partitions: number, table: IsoReport["table"]): string {
  if (bootCode === undefined && partitions === 0) return "does not boot: it has no boot sector";
  return [bootCode ?? "no boot code", table === "none" ? "no partition table" : table.toUpperCase()].join(
    ", ",
  );
}

// Two names of one file, or an image that is listed as a file, take their place once.
function segmentsOf({ files, bytes }: IsoReport): Segment[] {
  const biggest = files.slice(0, mostSegments).map(({ path, bytes }) => ({ name: path, bytes }));
  const sum = biggest.reduce((total, each) => total + each.bytes, 0);
  return sum > bytes ? [] : biggest;
}

function bootPart({ firmware, bootable, emulation, start, loadBytes, file, programs }: ElToritoEntry): Part {
  const facts: Fact[] = [
    ...(emulation === "none" ? [] : [{ name: "pretends to be a", value: emulation }]),
    ...(file === undefined ? [] : [{ name: "file", value: file, isCode: true }]),
    { name: "begins at", value: formatBytes(start) },
    ...programs.map(programFact),
  ];
  const name = bootable ? firmwareNames[firmware] : `${firmwareNames[firmware]} (switched off)`;
  const about =
    firmware === "bios" ? "loads the first bytes of its program" : "an image of a FAT file system";
  return { name, about, bytes: loadBytes, facts };
}
