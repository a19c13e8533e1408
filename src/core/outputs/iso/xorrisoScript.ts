import type { FirmwareKind } from "../output.ts";

/** A file that the ISO gets. */
export interface IsoFile {
  /** On the ISO, without a leading slash. */
  readonly path: string;
  /** Its bytes, on this machine. */
  readonly source: string;
}

/** Owner, mode and time of something on the ISO. */
export interface IsoAttributes {
  readonly path: string;
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
}

/** A boot image on the ISO (El Torito, no emulation). */
export interface IsoBootImage {
  readonly path: string;
  readonly firmware: FirmwareKind;
  /** Sectors of 512 bytes that a BIOS loads. */
  readonly loadSize: number;
  readonly infoTable: boolean;
}

export interface IsoPlan {
  readonly volumeId: string;
  /** A folder on this machine whose content the ISO begins with. */
  readonly base?: string | undefined;
  readonly files: readonly IsoFile[];
  /** For what is in `base`; everything else belongs to root and may be read by all. */
  readonly attributes: readonly IsoAttributes[];
  readonly images: readonly IsoBootImage[];
  /** isolinux's boot sector for disks, on this machine: the ISO then also boots from a USB stick, by BIOS. */
  readonly diskSector?: string | undefined;
  readonly guid: string;
  readonly clock: number;
}

// How far into the image the content of a file comes: by themselves files lie in the order of their inode numbers.
const firstWeight = 999_999_999;

const appendedPath = "--interval:appended_partition_2:all::";

/**
 * UEFI's image where the ISO has isolinux's partition as well: as a partition behind it. Within, as isohybrid has it,
 * the two would overlap.
 */
function appendedImage({ files, images, diskSector }: IsoPlan): IsoFile | undefined {
  const image = images.find(({ firmware }) => firmware === "uefi");
  return diskSector === undefined ? undefined : files.find(({ path }) => path === image?.path);
}

/** The commands, for xorriso's -options_from_file, that make the ISO. */
export function xorrisoScript(plan: IsoPlan): string {
  const { base, attributes, images, clock } = plan;
  const appended = appendedImage(plan);
  const files = plan.files.filter(file => file !== appended);
  const regular = attributes.filter(({ type }) => type === "file");
  const sorted = [...files, ...regular].map(({ path }) => path);
  const commands = [
    ["-volid", plan.volumeId],
    ...(base === undefined ? [] : [["-map", base, "/"]]),
    ...files.flatMap(({ path, source }) => [
      ["-map", source, `/${path}`],
      ["-chmod", "0444", `/${path}`, "--"],
    ]),
    ["-chown_r", "0", "/", "--"],
    ["-chgrp_r", "0", "/", "--"],
    ["-find", "/", "-type", "d", "-exec", "chmod", "0755", "--"],
    ["-alter_date_r", "b", `=${clock}`, "/", "--"],
    ...attributes.flatMap(commandsFor),
    ...(appended === undefined ? [] : [["-append_partition", "2", "0xef", appended.source]]),
    ...images.flatMap((image, index) =>
      imageCommands(image, index, image.path === appended?.path ? appendedPath : `/${image.path}`),
    ),
    ...partitionCommands(plan),
    ...sorted.map((path, index) => [
      "-find",
      `/${path}`,
      "-exec",
      "sort_weight",
      String(firstWeight - index),
      "--",
    ]),
  ];
  return commands.map(words => `${words.map(quoted).join(" ")}\n`).join("");
}

function commandsFor({ path, mode, uid, gid, mtime }: IsoAttributes): string[][] {
  return [
    ["-chmod", `0${mode.toString(8)}`, `/${path}`, "--"],
    ...(uid === 0 ? [] : [["-chown", String(uid), `/${path}`, "--"]]),
    ...(gid === 0 ? [] : [["-chgrp", String(gid), `/${path}`, "--"]]),
    ["-alter_date", "b", `=${Math.max(0, mtime)}`, `/${path}`, "--"],
  ];
}

function imageCommands(
  { path, firmware, loadSize, infoTable }: IsoBootImage,
  index: number,
  place: string,
): string[][] {
  const settings =
    firmware === "uefi"
      ? [`efi_path=${place}`]
      : [
          `bin_path=${place}`,
          "platform_id=0x00",
          "emul_type=no_emulation",
          `load_size=${loadSize * 512}`,
          `boot_info_table=${infoTable ? "on" : "off"}`,
        ];
  const beside = path.slice(0, path.lastIndexOf("/") + 1);
  const first = index === 0 ? [`cat_path=/${beside}boot.cat`] : ["next"];
  return [...first, ...settings].map(setting => ["-boot_image", "any", setting]);
}

/** What lets the ISO boot from a disk as well. */
function partitionCommands({ diskSector, images, guid }: IsoPlan): string[][] {
  const uefi = images.some(image => image.firmware === "uefi");
  const table = [["-boot_image", "any", `gpt_disk_guid=${guid}`]];
  if (diskSector !== undefined) {
    table.push(["-boot_image", "isolinux", `system_area=${diskSector}`]);
  } else if (uefi) table.push(["-boot_image", "any", "efi_boot_part=--efi-boot-image"]);
  return table;
}

/** A word as -backslash_codes "on" reads it, whatever it is made of. */
function quoted(word: string): string {
  if (/^[A-Za-z0-9/._+=-]+$/.test(word)) return word;
  const bytes = [...Buffer.from(word, "utf8")];
  return `"${bytes.map(byte => (plain(byte) ? String.fromCharCode(byte) : `\\${octal(byte)}`)).join("")}"`;
}

function plain(byte: number): boolean {
  return /[A-Za-z0-9/._+= -]/.test(String.fromCharCode(byte));
}

function octal(byte: number): string {
  return byte.toString(8).padStart(3, "0");
}
