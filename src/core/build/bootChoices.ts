import { Failure } from "../failure.ts";
import { outputKinds } from "../outputs/index.ts";
import type { AnyOutputKind, FirmwareKind, ProducedFile } from "../outputs/output.ts";
import type { LoadedItem, LoadedRecipe } from "../recipe/loaded.ts";

/** How an output is booted, as far as that is known before it is built. */
export type BootWay =
  /** `firmware`: what starts it from nothing but its file, the preferred one first; [] when QEMU loads its kernel. */
  | { readonly canBoot: true; readonly firmware: readonly FirmwareKind[] }
  | { readonly canBoot: false; readonly why: string };

/** How an output of a recipe would be booted, or why it cannot be. */
export function bootWay(
  recipe: Pick<LoadedRecipe, "arch">,
  output: Pick<LoadedItem, "kind" | "parameters">,
  kinds: readonly AnyOutputKind[] = outputKinds,
): BootWay {
  const boot = kinds.find(({ kind }) => kind === output.kind)?.boot;
  if (!boot) return { canBoot: false, why: `no machine starts from ${article(output.kind)}.` };
  const tried = (firmware?: FirmwareKind) => boot(output.parameters, standIns, firmware);
  const isPossible = (firmware: FirmwareKind): boolean => {
    try {
      return tried(firmware).firmware === firmware;
    } catch (error) {
      if (error instanceof Failure) return false;
      throw error;
    }
  };
  try {
    const { kernel, firmware: preferred } = tried();
    // A kernel beside the image is QEMU's to load: no firmware looks for it.
    if (kernel !== undefined && kernel !== standIns[0].path) return { canBoot: true, firmware: [] };
    const known = recipe.arch === "x86_64" ? (["bios", "uefi"] as const) : (["uefi"] as const);
    const possible = known.filter(isPossible);
    return { canBoot: true, firmware: possible.sort((a, b) => +(b === preferred) - +(a === preferred)) };
  } catch (error) {
    if (error instanceof Failure) return { canBoot: false, why: error.message };
    throw error;
  }
}

/** The outputs of a recipe that can be booted, in its order. */
export function bootChoices(
  recipe: LoadedRecipe,
  kinds: readonly AnyOutputKind[] = outputKinds,
): readonly { readonly output: LoadedItem; readonly firmware: readonly FirmwareKind[] }[] {
  return recipe.outputs.flatMap(output => {
    const way = bootWay(recipe, output, kinds);
    return way.canBoot ? [{ output, firmware: way.firmware }] : [];
  });
}

/** Every file that an output may have: what is asked is how it would be booted, not whether it is there. */
const standIns = [
  { role: "image", fileName: "image", path: "/image" },
  { role: "kernel", fileName: "kernel", path: "/kernel" },
  { role: "initrd", fileName: "initrd", path: "/initrd" },
] as const satisfies readonly ProducedFile[];

function article(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
}
