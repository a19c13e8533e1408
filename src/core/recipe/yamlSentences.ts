import type { YAMLError } from "yaml";

/** What a YAML error means to somebody who writes a recipe, and what to do. */
export interface Sentence {
  readonly message: string;
  readonly advice?: string | undefined;
}

const noColon: Sentence = {
  message: "This is no `key: value`: the colon is missing.",
  advice: "Write a colon and a space behind the key, or indent the line when it continues the text above.",
};

const sentences: Partial<Record<YAMLError["code"], Sentence>> = {
  TAB_AS_INDENT: {
    message: "A tab indents this line.",
    advice: "Indent with spaces: YAML does not allow tabs.",
  },
  MULTIPLE_DOCS: {
    message: "A second YAML document begins here, but a recipe is one document.",
    advice: "Remove the `---` line, or move what follows into a recipe of its own.",
  },
  TAG_RESOLVE_FAILED: {
    message: "Recipes know no YAML tags of this name.",
    advice: "Remove the word that begins with `!`, or put the text in quotes.",
  },
  NON_STRING_KEY: { message: "A key must be a plain text." },
  MULTILINE_IMPLICIT_KEY: noColon,
  BLOCK_AS_IMPLICIT_KEY: {
    message: "A value holds another `key:` in the same line.",
    advice: "Put the value in quotes, or begin a new line for the key.",
  },
};

/** The sentence for an error of the parser. */
export function sentenceFor({ code, message }: YAMLError): Sentence {
  const known = sentences[code];
  if (known) return known;
  if (message.includes("call stack")) return { message: "Lists and maps are nested too deeply here." };
  if (message.startsWith("Missing closing")) return { message: "A quote that opens above is never closed." };
  if (message.startsWith("Implicit map keys")) return noColon;
  const bracket = /must be sufficiently indented and end with a (.)$/.exec(message)?.[1];
  if (bracket) {
    return {
      message: `A list or map in brackets lacks its \`${bracket}\`.`,
      advice: `Close it with \`${bracket}\`; lines in between must be indented deeper than the line it began in.`,
    };
  }
  if (message.startsWith("All ")) {
    return {
      message: "This line's indentation fits none of the lines above.",
      advice: "Keys of one map, and dashes of one list, begin in the same column.",
    };
  }
  const reserved = /^Plain value cannot start with .*(.)$/.exec(message)?.[1];
  if (reserved)
    return { message: `A text cannot begin with \`${reserved}\`.`, advice: "Put the text in quotes." };
  return { message: message.endsWith(".") ? message : `${message}.` };
}
