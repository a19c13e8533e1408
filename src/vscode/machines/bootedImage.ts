import { extname } from "node:path";
import type { Machine, MachineSpec } from "../../core/machine/machine.ts";
import type { BootChoice } from "../commands/bootChoice.ts";
import { firmwareName } from "../recipes/firmwareName.ts";
import type { RecipeState } from "../recipes/recipe.ts";

/** What a machine runs, to run it again: an output of `recipe`, or undefined when it runs something else. */
export function choiceOf({ spec }: Pick<Machine, "spec">, recipe: RecipeState): BootChoice | undefined {
  const path = imageOf(spec);
  const files = recipe.lastBuild?.report.outputs.filter(each => each.path === path) ?? [];
  // A kernel may be that of several outputs; the initrd or the disk beside it tells which.
  const { initrd } = spec.media;
  const output = files.find(each => isWholeOf(each.name, recipe, initrd)) ?? files[0];
  const byFirmware = spec.media.kernel === undefined ? spec.media.firmware : undefined;
  return output && { output: output.name, firmware: byFirmware };
}

function isWholeOf(name: string, { lastBuild }: RecipeState, initrd: string | undefined): boolean {
  if (initrd === undefined) return true;
  return lastBuild?.report.outputs.some(each => each.name === name && each.path === initrd) ?? false;
}

/** The file that a machine was started from. */
export function imageOf({ media }: MachineSpec): string | undefined {
  return media.drives[0]?.path ?? media.kernel;
}

/** How a machine was started, in a few words: `iso by UEFI`, `kernel`, `qcow2 with kernel`. */
export function startedFrom(spec: MachineSpec): string {
  const { kernel, initrd, drives } = spec.media;
  const { firmware = spec.arch === "x86_64" ? "bios" : "uefi" } = spec.media;
  const image = extname(imageOf(spec) ?? "").slice(1);
  const isProgram =
    kernel !== undefined && firmware === "uefi" && drives.length === 0 && initrd === undefined;
  if (kernel === undefined || isProgram) return `${image} by ${firmwareName(firmware)}`;
  return drives.length > 0 ? `${image} with kernel` : "kernel";
}
