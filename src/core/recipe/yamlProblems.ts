import { type Alias, visit, type YAMLError } from "yaml";
import type { Diagnostic } from "../../shared/diagnostic.ts";
import type { RecipeCode } from "./recipeCodes.ts";
import { type SourceDocument, type Span, spanOf } from "./sourceDocument.ts";
import { sentenceFor } from "./yamlSentences.ts";

const codes: Partial<Record<YAMLError["code"], RecipeCode>> = {
  DUPLICATE_KEY: "duplicate-key",
  TAB_AS_INDENT: "tab-indent",
  MULTIPLE_DOCS: "multiple-documents",
  BAD_ALIAS: "unknown-alias",
  TAG_RESOLVE_FAILED: "unknown-tag",
};

// These leave the tree of values intact, so the rest of the file can still be checked.
const harmless: ReadonlySet<string> = new Set<RecipeCode>(["duplicate-key", "unknown-tag"]);

/** What is wrong with a file as YAML, and whether its values can be checked nonetheless. */
export function yamlProblems(source: SourceDocument): { diagnostics: Diagnostic[]; readable: boolean } {
  const { errors, warnings } = source.document;
  const diagnostics = onePerLine(source, [...errors, ...warnings]).map(error => translate(source, error));
  const version = source.document.directives.yaml;
  if (version.explicit && version.version !== "1.2") diagnostics.push(oldVersion(source, version.version));
  if (!diagnostics.every(each => harmless.has(each.code))) return { diagnostics, readable: false };
  const aliases = aliasProblem(source);
  return aliases
    ? { diagnostics: [...diagnostics, aliases], readable: false }
    : { diagnostics, readable: true };
}

// What follows the first error in a line is an echo of it.
function onePerLine(source: SourceDocument, errors: readonly YAMLError[]): YAMLError[] {
  const lineOf = ({ pos }: YAMLError) => source.range({ start: pos[0], end: pos[0] }).start.line;
  return [...new Map([...errors].reverse().map(error => [lineOf(error), error])).values()].reverse();
}

function translate(source: SourceDocument, error: YAMLError): Diagnostic {
  const code = codes[error.code] ?? "yaml-syntax";
  const span = placeOf(source, error);
  if (code === "duplicate-key") {
    const key = keyAt(source, span);
    return source.problem(
      code,
      key.span,
      `The key \`${key.text}\` occurs twice in this map.`,
      "Keep one of the two.",
    );
  }
  const { message, advice } = sentenceFor(error);
  return source.problem(code, span, message, advice);
}

/** The parser marks one character, or several lines: the word there, and one line of it, is what a person looks for. */
function placeOf({ text }: SourceDocument, { pos }: YAMLError): Span {
  const at = Math.max(0, Math.min(pos[0], text.length - 1));
  const start = at + (/^ *(?=[^\s])/.exec(text.slice(at))?.[0].length ?? 0);
  const word = /^[\w./-]*/.exec(text.slice(start))?.[0].length ?? 0;
  const line = text.slice(start, Math.max(pos[1], start + word)).split("\n", 1)[0] ?? "";
  return { start, end: start + Math.max(1, line.trimEnd().length) };
}

function keyAt(source: SourceDocument, { start }: Span): { text: string; span: Span } {
  const line = source.text.slice(start).split("\n", 1)[0] ?? "";
  const text = /^("(\\.|[^"])*"|'[^']*'|[^\s:][^:]*?)\s*(:|$)/.exec(line)?.[1] ?? line.trim();
  return { text: text.replace(/^["']|["']$/g, ""), span: { start, end: start + text.length } };
}

function oldVersion(source: SourceDocument, version: string): Diagnostic {
  const start = Math.max(0, source.text.indexOf("%YAML"));
  const span = { start, end: start + "%YAML 1.x".length };
  const advice = "Remove the %YAML line.";
  return source.problem("yaml-version", span, `Recipes are YAML 1.2; this file asks for ${version}.`, advice);
}

/** Looks at every alias, then expands them once under a limit, so that nobody after this has to fear them. */
function aliasProblem(source: SourceDocument): Diagnostic | undefined {
  if (!mayHoldAlias.test(source.text)) return undefined;
  const aliases: Alias[] = [];
  visit(source.document, { Alias: (_key, node) => void aliases.push(node) });
  const [first] = aliases;
  if (!first) return undefined;
  if (aliases.length > mostAliases) return bomb(source, first);
  const bad = firstOf(aliases, alias => badAlias(source, alias));
  if (bad) return bad;
  try {
    source.document.toJS({ maxAliasCount: mostAliases });
    return undefined;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return bomb(source, first);
  }
}

const mostAliases = 100;

// Looking through all values costs milliseconds; nearly no recipe has an alias.
const mayHoldAlias = /(^|[\s,[\]{}:-])\*/m;

function firstOf<T, Result>(list: readonly T[], find: (each: T) => Result | undefined): Result | undefined {
  for (const each of list) {
    const result = find(each);
    if (result !== undefined) return result;
  }
  return undefined;
}

function badAlias(source: SourceDocument, alias: Alias): Diagnostic | undefined {
  const span = spanOf(alias) ?? { start: 0, end: 1 };
  const target = spanOf(alias.resolve(source.document));
  if (!target) {
    // Without its name: what is meant may be a password that begins with a star.
    const message = "This is an alias, but no value above is marked with its name.";
    const advice = "Mark one with `&` and the name, or put the text in quotes when no alias is meant.";
    return source.problem("unknown-alias", span, message, advice);
  }
  if (target.start > span.start || target.end < span.end) return undefined;
  return source.problem(
    "unknown-alias",
    span,
    "This alias stands for a value that contains it.",
    "Write the value out.",
  );
}

function bomb(source: SourceDocument, alias: Alias): Diagnostic {
  const message = "The aliases in this file multiply to more values than a recipe may have.";
  const span = spanOf(alias) ?? { start: 0, end: 1 };
  return source.problem("alias-bomb", span, message, "Write the values out instead of nesting aliases.");
}
