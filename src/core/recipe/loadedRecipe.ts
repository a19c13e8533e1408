import type { SourceRange } from "../../shared/diagnostic.ts";
import type { Arch } from "../host/host.ts";
import type { ParameterPath } from "../stages/stage.ts";
import { bootOf } from "./bootOf.ts";
import type { RecipeSource } from "./buildSchema.ts";
import type { Family } from "./extends.ts";
import type { NamedItem } from "./itemNames.ts";
import type { LoadedItem, LoadedOption, LoadedRecipe } from "./loaded.ts";
import type { RecipeFile } from "./recipeFile.ts";
import { nameFromPath } from "./recipePath.ts";

/** What a recipe is assembled from, once nothing is wrong any more. */
interface Parts {
  readonly self: RecipeFile;
  readonly family: Family;
  readonly options: readonly LoadedOption[];
  readonly stages: readonly NamedItem[];
  readonly outputs: readonly NamedItem[];
  isBootable(kind: string): boolean;
}

/** Name and description say what a file is: they are not taken from what it extends. */
export function assembleRecipe({ self, family, options, stages, outputs, isBootable }: Parts): LoadedRecipe {
  const { members, files } = family;
  const loadedStages = stages.map(loadedItem);
  const loadedOutputs = outputs.map(loadedItem);
  const last = <Key extends keyof RecipeSource>(key: Key) =>
    members.findLast(({ value }) => value[key] !== undefined)?.value[key];
  return {
    file: self.source.file,
    name: self.value.name ?? nameFromPath(self.source.file),
    description: self.value.description,
    arch: last("arch") ?? hostArch(),
    version: last("version"),
    options,
    stages: loadedStages,
    outputs: loadedOutputs,
    boot: bootOf(members, outputs, isBootable),
    files,
    locate(path) {
      const [key, index] = path;
      const items = key === "stages" ? loadedStages : key === "outputs" ? loadedOutputs : undefined;
      const item = typeof index === "number" ? items?.[index] : undefined;
      if (item) return path.length > 3 ? item.locate(path.slice(3)) : item.range;
      return locate(self, members, path);
    },
  };
}

function loadedItem(item: NamedItem): LoadedItem {
  const { source, kindSpan, parametersNode } = item;
  return {
    kind: item.kind,
    name: item.title,
    description: item.description,
    parameters: item.parameters,
    baseDir: source.baseDir,
    range: source.range(item.span),
    locate: path => source.range(source.spanAt(parametersNode, path, kindSpan)),
  };
}

/** Values of later files win, so the last file that has the path says where it is; else the nearest ancestor. */
function locate(self: RecipeFile, members: readonly RecipeFile[], path: ParameterPath): SourceRange {
  for (let length = path.length; length > 0; length -= 1) {
    const part = path.slice(0, length);
    const owner = members.findLast(({ value }) => has(value, part));
    if (owner) return owner.source.range(owner.source.spanAt(owner.root, part, { start: 0, end: 0 }));
  }
  const firstLine = self.source.text.split("\n", 1)[0]?.length ?? 0;
  return self.source.range({ start: 0, end: firstLine });
}

function has(value: unknown, path: ParameterPath): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return false;
  return has(Reflect.get(value, step), rest);
}

function hostArch(): Arch {
  return process.arch === "arm64" ? "aarch64" : "x86_64";
}
