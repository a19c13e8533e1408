import type { IsoReport } from "../../../shared/inspection.ts";
import { Failure } from "../../failure.ts";
import { volumeDescriptors } from "../../image/elTorito.ts";
import { type ImageBytes, openPlainBytes } from "../../image/imageBytes.ts";
import { partitionTable } from "../../image/partitionTable.ts";
import { diskFirmware } from "../../machine/image/diskFirmware.ts";
import { bootCodeOf } from "./bootCode.ts";
import { elToritoEntries } from "./elTorito.ts";
import { fatBudget } from "./fatFiles.ts";
import { withFileSystems } from "./inspectDisk.ts";
import { isoFiles } from "./isoFiles.ts";

const mostListed = 1000;

interface Descriptors {
  readonly primary: Buffer;
  readonly hasJoliet: boolean;
}

/**
 * Looks into an ISO 9660 image: its volume, what boots from it as a CD and as a disk, its files.
 * @param path absolute
 * @throws Failure `not-an-image`
 */
export async function inspectIso(path: string, signal: AbortSignal): Promise<IsoReport> {
  const bytes = await openPlainBytes(path);
  try {
    const { primary, hasJoliet } = await readDescriptors(bytes, path);
    const { files, cut, hasRockRidge } = await isoFiles(bytes, primary.subarray(156, 190), signal);
    const budget = fatBudget(signal);
    const bootEntries = await elToritoEntries(bytes, files, budget);
    const { table, partitions } = await partitionTable(bytes);
    const starts = new Set(bootEntries.filter(each => each.bootable).map(each => each.firmware));
    // Where no firmware takes it for a CD, it is booted as a disk.
    const asDisk = starts.has("bios") || starts.has("uefi") ? undefined : await diskFirmware(bytes);
    if (asDisk && !("problem" in asDisk)) starts.add(asDisk.firmware);
    const listed = [...files].sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
    return {
      result: "inspect",
      kind: "iso",
      path,
      bytes: bytes.size,
      firmware: (["bios", "uefi"] as const).filter(each => starts.has(each)),
      volumeId: field(primary, 40, 32) ?? "",
      madeWith: field(primary, 574, 128) ?? field(primary, 446, 128),
      extensions: [...(hasRockRidge ? ["Rock Ridge"] : []), ...(hasJoliet ? ["Joliet"] : [])],
      bootEntries,
      table,
      bootCode: bootCodeOf(await bytes.read(0, 512)),
      partitions: await withFileSystems(bytes, partitions, budget),
      files: listed.slice(0, mostListed).map(each => ({ path: each.path, bytes: each.bytes })),
      filesCut: cut || listed.length > mostListed,
    };
  } finally {
    await bytes.close();
  }
}

async function readDescriptors(bytes: ImageBytes, path: string): Promise<Descriptors> {
  let primary: Buffer | undefined;
  let hasJoliet = false;
  for await (const descriptor of volumeDescriptors(bytes)) {
    const type = descriptor[0];
    if (type === 1) primary ??= descriptor;
    // Its escape sequence names UCS-2: %/@, %/C or %/E.
    if (type === 2 && /^%\/[@CE]/.test(descriptor.toString("latin1", 88, 91))) hasJoliet = true;
  }
  if (primary) return { primary, hasJoliet };
  throw new Failure("not-an-image", `${path} cannot be inspected: the ISO has no primary volume.`, {
    advice: "The file may be incomplete: make or fetch it again.",
  });
}

function field(descriptor: Buffer, at: number, length: number): string | undefined {
  const text = descriptor
    .toString("latin1", at, at + length)
    .replaceAll("\0", " ")
    .trim();
  return text === "" ? undefined : text;
}
