import type { Diagnostic } from "../../shared/diagnostic.ts";
import { type Boot, type BootSource, completeBoot } from "./bootSchema.ts";
import type { NamedItem } from "./itemNames.ts";
import { meant } from "./nearest.ts";
import type { RecipeFile } from "./recipeFile.ts";
import type { WrittenItem } from "./writtenItem.ts";

/** `boot` of all files, merged by key, with defaults; the first output that can be booted unless it names one. */
export function bootOf(
  members: readonly RecipeFile[],
  outputs: readonly NamedItem[],
  isBootable: (kind: string) => boolean,
): Boot {
  const merged: BootSource = Object.assign({}, ...members.map(({ value }) => value.boot ?? {}));
  return completeBoot(merged, outputs.find(output => isBootable(output.kind))?.title);
}

/** Checks that `boot.output` names an output that is there and can be booted. */
export function bootProblems(
  members: readonly RecipeFile[],
  outputs: readonly NamedItem[],
  written: readonly WrittenItem[],
  isBootable: (kind: string) => boolean,
): Diagnostic[] {
  const file = members.findLast(({ value }) => value.boot?.output !== undefined);
  const name = file?.value.boot?.output;
  if (!file || typeof name !== "string") return [];
  const { source, root } = file;
  const span = source.spanAt(root, ["boot", "output"], { start: 0, end: 0 });
  const output = outputs.find(each => each.title === name);
  if (output && isBootable(output.kind)) return [];
  const bootable = outputs.filter(each => isBootable(each.kind)).map(each => each.title);
  if (output) {
    const message = `The output \`${name}\` is a ${output.kind}, which cannot be booted.`;
    const advice = bootable.length ? `Can be booted: ${bootable.join(", ")}.` : "Add an output that can.";
    return [source.problem("output-not-bootable", span, message, advice)];
  }
  const isOff = written.some(each => (each.name?.text ?? each.kind) === name);
  const message = isOff
    ? `The output \`${name}\` is switched off by its \`when\`.`
    : `The recipe has no output \`${name}\`.`;
  return [source.problem("unknown-output", span, message, isOff ? undefined : meant(name, bootable))];
}
