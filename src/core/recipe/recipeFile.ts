import { isMap, type YAMLMap } from "yaml";
import type { Diagnostic } from "../../shared/diagnostic.ts";
import type { RecipeSource } from "./buildSchema.ts";
import type { SchemaNode } from "./schemaNode.ts";
import { SourceDocument } from "./sourceDocument.ts";
import { subject, validate } from "./validate/validate.ts";
import { yamlProblems } from "./yamlProblems.ts";

/** One recipe file, parsed and checked by itself; what it extends is not looked at yet. */
export interface RecipeFile {
  readonly source: SourceDocument;
  readonly root: YAMLMap;
  readonly value: RecipeSource;
}

export interface ReadFile {
  /** Present when the text has the form of a recipe at all; its values count only when there is no error. */
  readonly file: RecipeFile | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Longer files are no recipes; reading them would only cost memory. In characters. */
const longest = 1_000_000;

/** Parses and checks the text of a recipe file against the schema, all problems at once. */
export function readRecipeText(path: string, text: string, schema: SchemaNode): ReadFile {
  if (text.length > longest) return tooLarge(path);
  const source = new SourceDocument(path, text);
  const { diagnostics, readable } = yamlProblems(source);
  if (!readable) return { file: undefined, diagnostics };
  const root = source.root;
  if (!root) return { file: undefined, diagnostics: [...diagnostics, noMap(source)] };
  const start = { start: 0, end: Math.min(1, text.length) };
  const found = validate(schema, subject(source, root, "the recipe", start));
  // The schema is what says that the values have this type; with an error among them nobody reads them.
  const value = source.document.toJS() as RecipeSource;
  return { file: { source, root, value }, diagnostics: [...diagnostics, ...found] };
}

function tooLarge(path: string): ReadFile {
  const message = `The file has more than ${longest} characters; a recipe has a few thousand.`;
  const diagnostic = new SourceDocument(path, "").problem("file-too-large", { start: 0, end: 0 }, message);
  return { file: undefined, diagnostics: [diagnostic] };
}

function noMap(source: SourceDocument): Diagnostic {
  const { contents } = source.document;
  const isEmpty = source.text.trim() === "" || contents === null || isMap(contents);
  const message = isEmpty ? "The recipe is empty." : "A recipe is a map of keys, but this file is none.";
  const advice = "Begin with `name:`, `stages:` and `outputs:`.";
  const firstLine = source.text.split("\n", 1)[0]?.length ?? 0;
  return source.problem("not-a-recipe", { start: 0, end: firstLine }, message, advice);
}
