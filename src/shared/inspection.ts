/** What an image holds, as `whittle inspect --json` gives it. */
export type ImageReport = EfiReport | DiskReport | IsoReport;

interface CommonReport {
  readonly result: "inspect";
  /** Absolute path. */
  readonly path: string;
  /** Length of the file. */
  readonly bytes: number;
  /** Of the whole file, hex; absent where it was not asked for. */
  readonly sha256?: string | undefined;
  /** What can start it by itself, as far as that can be told; [] when nothing can. */
  readonly firmware: readonly ("bios" | "uefi")[];
}

/** An EFI program; `uki` when it has a kernel inside. */
export interface EfiReport extends CommonReport {
  readonly kind: "uki" | "efi";
  /** As EFI names it: `x64`, `aa64`, `ia32` …; undefined for an unknown processor. */
  readonly processor?: string | undefined;
  /** Whether it carries a signature; not whether anybody trusts it. */
  readonly signed: boolean;
  readonly signers: readonly Signer[];
  readonly sections: readonly EfiSection[];
}

/** A certificate that came with a signature. */
export interface Signer {
  /** In the words of X.509, one line: `CN=My key, O=Me`. */
  readonly subject: string;
  readonly issuer: string;
  /** As the certificate says it. */
  readonly validTo: string;
  /** SHA-256 of the certificate, hex with colons. */
  readonly fingerprint: string;
}

/** One section of an EFI program, as `ukify inspect` would show it. */
export interface EfiSection {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Of the content, hex. */
  readonly sha256: string;
  /** Content of a section that holds text (the command line, os-release). */
  readonly text?: string | undefined;
}

export interface DiskReport extends CommonReport {
  readonly kind: "disk";
  /** As QEMU calls it. */
  readonly format: string;
  /** Size that a machine sees. */
  readonly diskBytes: number;
  /** What the file takes on the host; less than `bytes` where it has holes. */
  readonly takenBytes: number;
  readonly table: "gpt" | "mbr" | "none";
  /** Program in the first sector, if there is one: `GRUB`, `boot code`. */
  readonly bootCode?: string | undefined;
  readonly partitions: readonly Partition[];
  /** Where there are no partitions: what takes the whole disk. */
  readonly fileSystem?: FileSystem | undefined;
}

export interface IsoReport extends CommonReport {
  readonly kind: "iso";
  readonly volumeId: string;
  /** `Rock Ridge`, `Joliet`. */
  readonly extensions: readonly string[];
  /** Who made it says itself to be this. */
  readonly madeWith?: string | undefined;
  readonly bootEntries: readonly ElToritoEntry[];
  readonly bootCode?: string | undefined;
  /** As a disk (a USB stick) it has these. */
  readonly table: "gpt" | "mbr" | "none";
  readonly partitions: readonly Partition[];
  /** Regular files, the biggest first. */
  readonly files: readonly ImageFile[];
  /** True when the list ends before the files do. */
  readonly filesCut: boolean;
}

/** A boot image that the firmware finds through the CD's catalog. */
export interface ElToritoEntry {
  readonly firmware: "bios" | "uefi" | "other";
  readonly bootable: boolean;
  /** `none`, or the floppy or disk that it pretends to be. */
  readonly emulation: string;
  /** Where it begins, in bytes. */
  readonly start: number;
  /** What is loaded (BIOS) or its size (UEFI), in bytes. */
  readonly loadBytes: number;
  /** The file of the ISO that it is; undefined for one outside the file system. */
  readonly file?: string | undefined;
  /** EFI programs inside. */
  readonly programs: readonly ImageFile[];
}

export interface ImageFile {
  /** Absolute in its file system. */
  readonly path: string;
  readonly bytes: number;
}

export interface Partition {
  /** Counted from 1. */
  readonly number: number;
  /** For people: `EFI system`, `Linux`. */
  readonly type: string;
  /** A GPT partition's own name. */
  readonly name?: string | undefined;
  readonly uuid?: string | undefined;
  /** A BIOS' generic boot code starts this one. */
  readonly active: boolean;
  readonly start: number;
  readonly bytes: number;
  readonly fileSystem?: FileSystem | undefined;
}

export interface FileSystem {
  /** `ext4`, `FAT16`, `squashfs`, `swap` … */
  readonly type: string;
  readonly label?: string | undefined;
  readonly uuid?: string | undefined;
  /** What it takes of its place. */
  readonly bytes?: number | undefined;
  readonly freeBytes?: number | undefined;
  /** How it is compressed. */
  readonly compression?: string | undefined;
  /** EFI programs in it. */
  readonly programs?: readonly ImageFile[] | undefined;
}
