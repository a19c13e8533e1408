import type { ConfigValues } from "./option.ts";

/** A line of a .config or of a fragment. */
export interface ConfigLine {
  readonly name: string;
  /** `n` for `# NAME is not set`. */
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
}

export interface ConfigText {
  readonly options: readonly ConfigLine[];
  /** The first line that is neither an option nor a comment. */
  readonly wrong?: { readonly line: number; readonly text: string } | undefined;
}

const unsetPattern = /^#\s*(CONFIG_\w+) is not set\s*$/;
const setPattern = /^(CONFIG_\w+)\s*=\s*(.*?)\s*$/;

/** Reads the text of a .config or of a fragment of one. */
export function readConfigText(text: string): ConfigText {
  const options: ConfigLine[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const trimmed = raw.trim();
    const unset = unsetPattern.exec(trimmed)?.[1];
    if (unset !== undefined) {
      options.push({ name: unset, value: "n", line });
      continue;
    }
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const [, name, value] = setPattern.exec(trimmed) ?? [];
    if (name === undefined || value === undefined || !isValue(value)) {
      return { options, wrong: { line, text: trimmed } };
    }
    options.push({ name, value, line });
  }
  return { options };
}

/** Whether a text in a recipe is lines of a configuration rather than the name of a file that has them. */
export function isConfigText(text: string): boolean {
  return text.includes("\n") || setPattern.test(text.trim()) || unsetPattern.test(text.trim());
}

/** What a finished .config says; options that are off are left out. */
export function readConfigValues(text: string): ConfigValues {
  const { options } = readConfigText(text);
  return new Map(options.flatMap(each => (each.value === "n" ? [] : [[each.name, each.value] as const])));
}

// Kconfig takes `y`, numbers and quoted texts; a stray word is a slip that it would pass over.
function isValue(value: string): boolean {
  return /^(?:[ymn]|-?\d+|(?:0[xX])?[0-9a-fA-F]+|"(?:[^"\\]|\\.)*")$/.test(value);
}
