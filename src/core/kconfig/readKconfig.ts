import { type KconfigLine, kconfigLines } from "./kconfigLines.ts";
import type { Container, Definition, KconfigSymbol, KconfigSymbols, SymbolType } from "./symbol.ts";

export interface KconfigSource {
  /** The text of a file, by its path in the source; undefined when there is none. */
  read(path: string): string | undefined;
  /** Where to begin: `Kconfig`, or `Config.in` for BusyBox. */
  readonly main: string;
  /** Variables in the names of files, as SRCARCH. */
  readonly variables: Readonly<Record<string, string>>;
}

type Entry = { readonly definition: Definition; readonly symbol: KconfigSymbol };

const types = new Map<string, SymbolType>([
  ["bool", "bool"],
  ["boolean", "bool"],
  ["def_bool", "bool"],
  ["tristate", "tristate"],
  ["def_tristate", "tristate"],
  ["int", "int"],
  ["hex", "hex"],
  ["string", "string"],
]);

/**
 * Reads all symbols of a source. This is for explaining, not for configuring: what it does not understand it passes
 * over.
 */
export function readKconfig(source: KconfigSource): KconfigSymbols {
  const symbols = new Map<string, KconfigSymbol>();
  const open: Container[] = [];
  const seen = new Set<string>();
  let entry: Entry | undefined;
  let container: Container | undefined;

  const symbolOf = (name: string): KconfigSymbol => {
    const known = symbols.get(name);
    if (known) return known;
    const made: KconfigSymbol = { name, type: undefined, definitions: [], selectedBy: [] };
    symbols.set(name, made);
    return made;
  };
  const begin = (name: string, place: string): void => {
    const symbol = symbolOf(name);
    const definition = { place, prompt: undefined, promptIf: undefined, depends: [], inside: [...open] };
    symbol.definitions.push(definition);
    open.findLast(each => each.kind === "choice")?.members.push(name);
    entry = { definition, symbol };
    container = undefined;
  };
  const enter = (kind: Container["kind"], depends: string[]): void => {
    const made: Container = { kind, depends, visible: [], members: [] };
    open.push(made);
    entry = undefined;
    container = kind === "if" ? undefined : made;
  };
  const attribute = ({ word, rest }: KconfigLine): void => {
    if (word === "depends") (entry?.definition ?? container)?.depends.push(rest.replace(/^on\s+/, ""));
    else if (word === "visible") container?.visible.push(rest.replace(/^if\s+/, ""));
    else if (word === "select" && entry) {
      const { what, condition } = conditional(rest);
      symbolOf(what).selectedBy.push({ name: entry.symbol.name, condition });
    } else if (entry) describe(entry, word, rest);
  };
  const file = (path: string): void => {
    const text = seen.has(path) ? undefined : source.read(path);
    if (text === undefined) return;
    seen.add(path);
    for (const line of kconfigLines(text)) {
      const { word, rest, number } = line;
      if (word === "config" || word === "menuconfig") begin(rest, `${path}:${number}`);
      else if (word === "menu" || word === "choice") enter(word, []);
      else if (word === "if") enter("if", [rest]);
      else if (/^end(?:menu|choice|if)$/.test(word)) {
        open.pop();
        entry = container = undefined;
      } else if (/^o?r?source$/.test(word)) {
        entry = container = undefined;
        file(pathIn(rest, path, word.includes("r") && word !== "source" && word !== "osource", source));
      } else if (word === "comment") entry = container = undefined;
      else attribute(line);
    }
  };
  file(source.main);
  return new Map([...symbols].filter(([, each]) => each.definitions.length > 0));
}

function describe({ definition, symbol }: Entry, word: string, rest: string): void {
  const type = types.get(word);
  if (type) symbol.type ??= type;
  if (word !== "prompt" && (!type || word.startsWith("def_"))) return;
  const [, prompt, condition] = /^["'](.*?)["']\s*(?:if\s+(.*))?$/.exec(rest) ?? [];
  if (prompt === undefined) return;
  definition.prompt = prompt;
  definition.promptIf = condition;
}

function conditional(rest: string): { what: string; condition: string | undefined } {
  const [what = "", condition] = rest.split(/\s+if\s+/, 2);
  return { what: what.trim(), condition };
}

function pathIn(rest: string, from: string, relative: boolean, { variables }: KconfigSource): string {
  const name = rest
    .replace(/^["']|["']$/g, "")
    .replace(/\$\(?(\w+)\)?/g, (whole, variable: string) => variables[variable] ?? whole);
  return relative ? `${from.replace(/[^/]*$/, "")}${name}` : name;
}
