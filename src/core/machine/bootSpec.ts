import { accessSync, constants } from "node:fs";
import { basename, dirname, join, parse } from "node:path";
import { MiB } from "../../shared/bytes.ts";
import { openHost } from "../host/openHost.ts";
import type { BootMedia, FirmwareKind } from "../outputs/output.ts";
import type { LoadedRecipe } from "../recipe/loaded.ts";
import { parseSize } from "../recipe/size.ts";
import { imageMedia } from "./imageMedia.ts";
import type { MachineSpec } from "./machine.ts";

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
 * A PC with `image` and nothing else, started by its firmware.
 * @param image absolute path of a disk image, an ISO or a unified kernel image
 * @throws Failure `not-a-disk-image` or `bad-size`
 */
export function machineSpecOfImage(image: string, overrides: BootOverrides = {}): MachineSpec {
  return {
    name: parse(image).name,
    arch: "x86_64",
    media: imageMedia(image, overrides.firmware),
    memory: mebibytes(overrides.memory ?? "256M"),
    cpus: overrides.cpus ?? 1,
    cmdline: "",
    network: "user",
    forward: [],
    ready: overrides.ready,
    accelerator: overrides.accelerator ?? "auto",
    logFile: logBeside(image),
  };
}

// QEMU takes whole MiB.
function mebibytes(size: string): number {
  return Math.max(1, Math.ceil(parseSize(size) / MiB));
}

function logBeside(image: string): string {
  const name = `${basename(image)}.console.log`;
  try {
    accessSync(dirname(image), constants.W_OK);
    return join(dirname(image), name);
  } catch {
    return join(openHost().cacheDir, "console", name);
  }
}
