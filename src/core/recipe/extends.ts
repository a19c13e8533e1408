import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Diagnostic } from "../../shared/diagnostic.ts";
import { type ReadFile, type RecipeFile, readRecipeText } from "./recipeFile.ts";
import { recipeSuffix } from "./recipePath.ts";
import type { SchemaNode } from "./schemaNode.ts";
import { SourceDocument, type Span } from "./sourceDocument.ts";

/** A recipe and all it extends, in the order they are merged: the recipe itself last. */
export interface Family {
  readonly members: readonly RecipeFile[];
  /** Every file that was read or looked for. */
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface FamilyRequest {
  readonly file: string;
  readonly schema: SchemaNode;
  readonly texts: ReadonlyMap<string, string>;
}

/** Where a file is asked for: the text of an `extends`. */
interface Asked {
  readonly by: SourceDocument;
  readonly span: Span;
  readonly as: string;
}

/** Reads a recipe and everything it extends. A file that is reached twice counts once, at its first place. */
export async function readFamily({ file, schema, texts }: FamilyRequest): Promise<Family> {
  const members: RecipeFile[] = [];
  const files: string[] = [];
  const diagnostics: Diagnostic[] = [];

  const visit = async (path: string, asked: Asked | undefined, above: readonly string[]): Promise<void> => {
    if (above.includes(path)) {
      if (asked) diagnostics.push(cycle(asked, [...above, path]));
      return;
    }
    if (files.includes(path)) return;
    files.push(path);
    const read = await readOne(path, asked);
    diagnostics.push(...read.diagnostics);
    if (!read.file) return;
    for (const base of basesOf(read.file)) {
      const found = resolve(read.file.source.baseDir, base.as);
      if (found.endsWith(recipeSuffix)) await visit(found, base, [...above, path]);
      else diagnostics.push(wrongName(base));
    }
    members.push(read.file);
  };

  const readOne = async (path: string, asked: Asked | undefined): Promise<ReadFile> => {
    try {
      const text = texts.get(path) ?? (await readFile(path, "utf8"));
      // Editors count columns without a byte order mark.
      return readRecipeText(path, text.replace(/^\uFEFF/, ""), schema);
    } catch (error) {
      return { file: undefined, diagnostics: [unreadable(path, asked, error)] };
    }
  };

  await visit(file, undefined, []);
  return { members, files, diagnostics };
}

function basesOf({ source, root, value }: RecipeFile): readonly Asked[] {
  const bases: unknown = value.extends;
  const pair = source.find(root, "extends");
  if (!pair) return [];
  const list = Array.isArray(bases) ? bases : [bases];
  return list.flatMap((as: unknown, index) => {
    if (typeof as !== "string" || as === "") return [];
    const span = source.spanAt(pair.value, Array.isArray(bases) ? [index] : [], pair.key);
    return [{ by: source, span, as }];
  });
}

function cycle({ by, span }: Asked, path: readonly string[]): Diagnostic {
  const file = path.at(-1) ?? "";
  const round = path.slice(path.indexOf(file));
  const message =
    round.length === 2
      ? "A recipe cannot extend itself."
      : `These recipes extend each other: ${round.join(" → ")}.`;
  return by.problem(
    "extends-cycle",
    span,
    message,
    "Move what they share into a recipe that extends none of them.",
  );
}

function wrongName({ by, span, as }: Asked): Diagnostic {
  const message = `${as} is no recipe: its name does not end in ${recipeSuffix}.`;
  return by.problem("not-a-recipe", span, message);
}

function unreadable(path: string, asked: Asked | undefined, error: unknown): Diagnostic {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const why: Readonly<Record<string, string>> = {
    ENOENT: `There is no file ${path}.`,
    EISDIR: `${path} is a folder, not a recipe.`,
    EACCES: `${path} may not be read by this user.`,
  };
  const message =
    why[code] ?? `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  if (!asked) return new SourceDocument(path, "").problem("file-missing", { start: 0, end: 0 }, message);
  const advice = `The path is relative to ${asked.by.baseDir}.`;
  return asked.by.problem("file-missing", asked.span, message, advice);
}
