import type { Arch } from "../../host/host.ts";

/** What the boot loaders of an ISO are to start. */
export interface LinuxBoot {
  /** On the ISO, without a leading slash. */
  readonly kernel: string;
  readonly initrd: string;
  readonly cmdline: string;
  /** What a menu calls it. */
  readonly label: string;
  /** Seconds; 0 for no menu. */
  readonly timeout: number;
  /** A file that only this ISO has, by which GRUB knows it among other disks. */
  readonly mark: string;
}

/** isolinux.cfg: on the screen and on the first serial line (115200 baud) alike. */
export function isolinuxConfig({ kernel, initrd, cmdline, label, timeout }: LinuxBoot): string {
  const entry = ["LABEL linux", `  MENU LABEL ${label}`, `  LINUX /${kernel}`, `  INITRD /${initrd}`];
  const menu = ["UI menu.c32", "MENU TITLE Boot", `TIMEOUT ${timeout * 10}`];
  return [
    "SERIAL 0 115200",
    "DEFAULT linux",
    ...(timeout > 0 ? menu : ["PROMPT 0"]),
    ...entry,
    ...(cmdline === "" ? [] : [`  APPEND ${cmdline}`]),
    "",
  ].join("\n");
}

/** How GRUB is put together for an ISO. */
export interface GrubPlan {
  readonly modules: readonly string[];
  /** What it does by itself: plain commands only. */
  readonly embedded: string;
  /** The menu, which then has to lie on the ISO at `grubMenu`. */
  readonly menu: string | undefined;
}

export const grubMenu = "boot/grub/grub.cfg";

/**
 * GRUB's modules and commands. It speaks where the firmware does, which includes the serial line where the firmware
 * uses that; a second terminal of its own there would say everything twice.
 */
export function grubPlan(boot: LinuxBoot, arch: Arch): GrubPlan {
  const { kernel, initrd, cmdline, label, timeout, mark } = boot;
  const words = kernelWords(cmdline).map(quoted);
  const start = [["linux", `/${kernel}`, ...words].join(" "), `initrd /${initrd}`];
  const find = `search.file /${mark} root`;
  // Kernels for arm64 find the screen by themselves; others are told where it is.
  const modules = ["iso9660", "linux", "search_fs_file", ...(arch === "x86_64" ? ["efi_gop"] : [])];
  if (timeout === 0) return { modules, embedded: lines(find, ...start, "boot"), menu: undefined };
  const entry = [`menuentry ${quoted(label)} {`, ...start.map(line => `  ${line}`), "}"];
  return {
    modules: [...modules, "normal"],
    embedded: lines(find, "set prefix=($root)/boot/grub", "normal"),
    menu: lines(`set timeout=${timeout}`, ...entry),
  };
}

function lines(...each: readonly string[]): string {
  return each.map(line => `${line}\n`).join("");
}

/**
 * A command line as the kernel splits it: at spaces outside of double quotes. GRUB puts such quotes around a word with
 * spaces by itself, and would escape any that are there.
 */
function kernelWords(cmdline: string): string[] {
  return (cmdline.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).map(word => word.replaceAll('"', ""));
}

/** What of a command line GRUB does not hand on as it is; undefined when it does. */
export function lostOnGrub(cmdline: string): string | undefined {
  return /['\\]/.exec(cmdline)?.[0];
}

/** A word as GRUB reads it. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_.,:=/@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
