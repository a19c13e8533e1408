import { resolve } from "node:path";
import type { Diagnostic } from "../../shared/diagnostic.ts";
import type { AnyOutputKind } from "../outputs/output.ts";
import type { AnyStageKind } from "../stages/stage.ts";
import { bootProblems } from "./bootOf.ts";
import { enabledItems } from "./enabledItems.ts";
import { type Family, readFamily } from "./extends.ts";
import { mergeOutputs, type NamedItem, nameItems } from "./itemNames.ts";
import type { LoadRequest, LoadResult } from "./loaded.ts";
import { assembleRecipe } from "./loadedRecipe.ts";
import { mergeOptions, type Options, requestProblems } from "./options.ts";
import { parameterProblems } from "./parameterProblems.ts";
import type { RecipeFile } from "./recipeFile.ts";
import type { SchemaNode } from "./schemaNode.ts";
import { type WrittenItem, writtenItems } from "./writtenItem.ts";

/** What recipes may be made of. */
export interface Language {
  readonly schema: SchemaNode;
  readonly stages: readonly Pick<AnyStageKind, "kind" | "inputs">[];
  readonly outputs: readonly Pick<AnyOutputKind, "kind" | "boot" | "inputs">[];
}

/** loadRecipe() for any set of kinds. */
export async function loadRecipeIn(language: Language, request: LoadRequest): Promise<LoadResult> {
  const file = resolve(request.file);
  const texts = request.texts ?? new Map<string, string>();
  const family = await readFamily({ file, schema: language.schema, texts });
  const self = family.members.find(member => member.source.file === file);
  if (!self) return { recipe: undefined, diagnostics: inOrder(family, family.diagnostics) };
  const options = mergeOptions(family.members, request);
  const items = mergeItems(language, family, options);
  const diagnostics = [...family.diagnostics, ...items.diagnostics];
  // Where a file could not be read, names that it may well declare would all seem unknown.
  const isWhole = family.members.length === family.files.length;
  const found = isWhole
    ? [...diagnostics, ...requestProblems(self, options, request)]
    : diagnostics.filter(each => each.code !== "unknown-option");
  if (found.some(each => each.severity === "error"))
    return { recipe: undefined, diagnostics: inOrder(family, found) };
  const { stages, outputs } = items;
  const recipe = assembleRecipe({
    self,
    family,
    options: options.all,
    stages,
    outputs,
    isBootable: items.isBootable,
  });
  const wrong = parameterProblems(recipe, language);
  if (wrong.length > 0) return { recipe: undefined, diagnostics: inOrder(family, [...found, ...wrong]) };
  return { recipe, diagnostics: [...found, ...emptyProblems(self, stages, outputs)] };
}

/** The recipe's own problems first, then file by file; within a file from top to bottom. */
function inOrder({ files }: Family, diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const rank = ({ range }: Diagnostic) => files.indexOf(range.file);
  return [...diagnostics].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      a.range.start.line - b.range.start.line ||
      a.range.start.column - b.range.start.column,
  );
}

function mergeItems(language: Language, { members, diagnostics: earlier }: Family, options: Options) {
  const stageNames = language.stages.map(({ kind }) => kind);
  const outputNames = language.outputs.map(({ kind }) => kind);
  const bootable = new Set(language.outputs.filter(kind => kind.boot).map(({ kind }) => kind));
  const isBootable = (kind: string) => bootable.has(kind);

  const written = members.flatMap(member => writtenItems(member, "stage", stageNames));
  const { enabled, diagnostics: conditions } = enabledItems(written, options);
  const { named: stages, diagnostics: names } = nameItems(enabled);

  const diagnostics: Diagnostic[] = [...conditions, ...names];
  const allOutputs: WrittenItem[] = [];
  const perFile = members.map(member => {
    const here = writtenItems(member, "output", outputNames);
    allOutputs.push(...here);
    const on = enabledItems(here, options);
    const result = nameItems(on.enabled);
    diagnostics.push(...on.diagnostics, ...result.diagnostics);
    return result.named;
  });
  const outputs = mergeOutputs(perFile);
  // An output with a problem of its own may be the one that `boot` names: one complaint is enough.
  if (earlier.length === 0) diagnostics.push(...bootProblems(members, outputs, allOutputs, isBootable));
  return { stages, outputs, diagnostics, isBootable };
}

function emptyProblems(
  { source, root }: RecipeFile,
  stages: readonly NamedItem[],
  outputs: readonly NamedItem[],
): Diagnostic[] {
  const warn = (key: "stages" | "outputs", message: string, advice: string): Diagnostic => {
    const span = source.find(root, key)?.key ?? { start: 0, end: 0 };
    return { ...source.problem(`no-${key}`, span, message, advice), severity: "warning" };
  };
  const empty: Diagnostic[] = [];
  if (stages.length === 0) {
    empty.push(
      warn("stages", "The recipe has no stages, so its image is empty.", "Add one under `stages:`."),
    );
  }
  if (outputs.length === 0) {
    empty.push(
      warn("outputs", "The recipe has no outputs: a build writes no file.", "Add one under `outputs:`."),
    );
  }
  return empty;
}
