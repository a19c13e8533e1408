import { basename } from "node:path";
import type { BuildReport } from "../../shared/report.ts";
import { Failure } from "../failure.ts";
import { outputKinds } from "../outputs/index.ts";
import type { AnyOutputKind, BootMedia, FirmwareKind, ProducedFile } from "../outputs/output.ts";
import type { LoadedItem, LoadedRecipe } from "../recipe/loaded.ts";

/**
 * What QEMU needs to run an output that was built.
 * @param output name of the output; default `boot.output` of the recipe, else the first that can be booted.
 * @param firmware default `boot.firmware` of the recipe, else what the output prefers.
 * @throws Failure `not-bootable` when there is no such output, `not-built` when its files are not in the report.
 */
export function bootMediaOf(
  recipe: LoadedRecipe,
  report: Pick<BuildReport, "outputs">,
  output?: string,
  kinds: readonly AnyOutputKind[] = outputKinds,
  firmware: FirmwareKind | undefined = recipe.boot.firmware,
): BootMedia {
  const item = outputToBoot(recipe, output ?? recipe.boot.output, kinds);
  const boot = kinds.find(kind => kind.kind === item.kind)?.boot;
  if (!boot) {
    throw new Failure("not-bootable", `The output ${item.name} (${item.kind}) cannot be booted.`, {
      range: item.range,
      advice: `Boot another output, or add one that can be: ${bootableKinds(kinds)}.`,
    });
  }
  const own = report.outputs.filter(each => each.name === item.name);
  const files = own.flatMap(each => (notBooted.has(each.kind) ? [] : producedFile(each)));
  if (files.length > 0) return boot(item.parameters, files, firmware);
  throw new Failure("not-built", `The output ${item.name} has not been built.`, {
    range: item.range,
    advice: `Build it first: whittle build ${basename(recipe.file)} --output ${item.name}`,
  });
}

/** Files of an output for others, which Whittle itself boots without. */
const notBooted: ReadonlySet<string> = new Set(["packed", "cmdline"]);

function outputToBoot(
  recipe: LoadedRecipe,
  name: string | undefined,
  kinds: readonly AnyOutputKind[],
): LoadedItem {
  const canBoot = (item: LoadedItem): boolean => kinds.some(kind => kind.kind === item.kind && kind.boot);
  const found = recipe.outputs.find(item => (name === undefined ? canBoot(item) : item.name === name));
  if (found) return found;
  const names = recipe.outputs.map(item => item.name).join(", ") || "none";
  throw new Failure(
    "not-bootable",
    name === undefined
      ? `The recipe ${recipe.name} has no output that can be booted.`
      : `The recipe ${recipe.name} has no output ${name}.`,
    {
      range: recipe.locate(name === undefined ? ["outputs"] : ["boot", "output"]),
      advice: `Its outputs: ${names}. Kinds that can be booted: ${bootableKinds(kinds)}.`,
    },
  );
}

function bootableKinds(kinds: readonly AnyOutputKind[]): string {
  return kinds.flatMap(kind => (kind.boot ? kind.kind : [])).join(", ");
}

function producedFile({ kind, path, cmdline }: BuildReport["outputs"][number]): ProducedFile {
  const role = kind === "kernel" || kind === "initrd" ? kind : "image";
  return { role, fileName: basename(path), path, cmdline };
}
