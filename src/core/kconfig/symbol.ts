/** What Kconfig says about one symbol. Names here have no CONFIG_ prefix. */
export interface KconfigSymbol {
  readonly name: string;
  type: SymbolType | undefined;
  readonly definitions: Definition[];
  /** Symbols that switch this one on. */
  readonly selectedBy: { readonly name: string; readonly condition: string | undefined }[];
}

export type SymbolType = "bool" | "tristate" | "int" | "hex" | "string";

/** One `config` entry; a symbol may have several. */
export interface Definition {
  /** As `drivers/tty/Kconfig:12`. */
  readonly place: string;
  /** Absent when nobody can set the symbol by hand. */
  prompt: string | undefined;
  /** The prompt is shown only if this holds. */
  promptIf: string | undefined;
  /** All of these must hold; those of the entry itself. */
  readonly depends: string[];
  /** What it stands in, the outermost first. */
  readonly inside: readonly Container[];
}

/** A menu, an `if` or a choice. */
export interface Container {
  readonly kind: "menu" | "if" | "choice";
  /** What the contents depend on as well. */
  readonly depends: string[];
  /** Their prompts are shown only if these hold. */
  readonly visible: string[];
  /** Names of the symbols in a choice. */
  readonly members: string[];
}

export type KconfigSymbols = ReadonlyMap<string, KconfigSymbol>;

/** Everything a definition depends on, its own first. */
export function dependsOf({ depends, inside }: Definition): string[] {
  return [...depends, ...inside.toReversed().flatMap(each => each.depends)];
}

/** What must hold for the prompt to be shown, besides the dependencies. */
export function promptNeeds({ promptIf, inside }: Definition): string[] {
  return [...(promptIf === undefined ? [] : [promptIf]), ...inside.flatMap(each => each.visible)];
}

/** Whether anybody can set the symbol by hand. */
export function hasPrompt(symbol: KconfigSymbol): boolean {
  return symbol.definitions.some(each => each.prompt !== undefined);
}
