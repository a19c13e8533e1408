import { accessSync, constants } from "node:fs";
import { basename, dirname, join, parse } from "node:path";
import { MiB } from "../../shared/bytes.ts";
import type { Host } from "../host/host.ts";
import type { BootDrive, BootMedia, FirmwareKind } from "../outputs/output.ts";
import type { LoadedRecipe } from "../recipe/loaded.ts";
import { parseSize } from "../recipe/size.ts";
import { imageMedia } from "./imageMedia.ts";
import type { MachineSpec } from "./machine.ts";

// Enough for systems of others, and for GRUB under UEFI, which gives up with little. The host lends it as it is used.
const imageMemory = "1G";

/** What a person may want otherwise than the recipe says. */
export interface BootOverrides {
  /** A size such as `64M`. */
  readonly memory?: string | undefined;
  readonly cpus?: number | undefined;
  /** A regular expression. */
  readonly ready?: string | undefined;
  readonly accelerator?: MachineSpec["accelerator"] | undefined;
  /** For an image; a recipe's output is asked in bootMediaOf(). */
  readonly firmware?: FirmwareKind | undefined;
  /** For an image: what the machine takes it for. Default: a CD for an ISO, else a disk. */
  readonly as?: BootDrive["as"];
  /** For a kernel: absolute path of its initramfs. */
  readonly initrd?: string | undefined;
  /** For a kernel: its command line. */
  readonly cmdline?: string | undefined;
}

/**
 * The machine that `boot:` of a recipe describes.
 * @throws Failure `bad-size` when an override is no size
 */
export function machineSpecOf(
  recipe: LoadedRecipe,
  media: BootMedia,
  overrides: BootOverrides = {},
): MachineSpec {
  const { boot } = recipe;
  // `auto` is no wish: then the recipe decides.
  const accelerator = overrides.accelerator === "auto" ? undefined : overrides.accelerator;
  return {
    name: recipe.name,
    arch: recipe.arch,
    media,
    memory: mebibytes(overrides.memory ?? boot.memory),
    cpus: overrides.cpus ?? boot.cpus,
    cmdline: boot.cmdline,
    network: boot.network,
    forward: boot.forward,
    ready: overrides.ready ?? boot.ready,
    accelerator: accelerator ?? boot.accelerator,
    logFile: join(dirname(recipe.file), "out", recipe.name, "console.log"),
  };
}

/**
 * A machine with `image` and nothing else, started by its firmware, or by QEMU where it is a kernel.
 * @param image absolute path of a disk image, an ISO, a kernel or a unified kernel image
 * @returns the machine, and a sentence that says what the image is and why it is started so
 * @throws Failure `not-a-disk-image`, `not-bootable`, `usage` or `bad-size`
 */
export async function machineSpecOfImage(
  image: string,
  overrides: BootOverrides,
  host: Host,
  signal: AbortSignal,
): Promise<{ readonly spec: MachineSpec; readonly found: string }> {
  const { media, arch, found } = await imageMedia(image, overrides, host, signal);
  const spec: MachineSpec = {
    name: parse(image).name,
    arch,
    media,
    memory: mebibytes(overrides.memory ?? imageMemory),
    cpus: overrides.cpus ?? 1,
    cmdline: "",
    network: "user",
    forward: [],
    ready: overrides.ready,
    accelerator: overrides.accelerator ?? "auto",
    logFile: logBeside(image, host),
  };
  return { spec, found };
}

// QEMU takes whole MiB.
function mebibytes(size: string): number {
  return Math.max(1, Math.ceil(parseSize(size) / MiB));
}

function logBeside(image: string, host: Host): string {
  const name = `${basename(image)}.console.log`;
  try {
    accessSync(dirname(image), constants.W_OK);
    return join(dirname(image), name);
  } catch {
    return join(host.cacheDir, "console", name);
  }
}
