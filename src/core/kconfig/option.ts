import type { ParameterPath } from "../stages/stage.ts";

/** One option with the value it is to have. */
export interface AskedOption {
  /** With its prefix, as `CONFIG_TTY`. */
  readonly name: string;
  /** As a .config has it: `y`, `m`, `n`, `12`, `0x20`, `"text"`. */
  readonly value: string;
  /** The recipe gave a number: its base is not fixed yet. */
  readonly isNumber?: boolean | undefined;
  /** Where the recipe asks for it. */
  readonly at: ParameterPath;
  /** File and line that ask for it, when that is no text of the recipe. */
  readonly origin?: string | undefined;
}

/** Values by name (with prefix); an option that is off has no entry. */
export type ConfigValues = ReadonlyMap<string, string>;

/**
 * Whether an option ended up as asked. Off and absent are the same; numbers are compared by value, so that `0x10` is
 * `16`.
 * @param became undefined when the configuration does not have the option.
 */
export function isAsAsked(asked: string, became: string | undefined): boolean {
  if (became === undefined) return asked === "n" || asked === '""';
  if (asked === became) return true;
  return isNumber(asked) && isNumber(became) && Number(asked) === Number(became);
}

/** The asked options, of several for one name the last, where it stands last. */
export function laterWins(options: readonly AskedOption[]): AskedOption[] {
  const last = new Map<string, AskedOption>();
  for (const option of options) {
    last.delete(option.name);
    last.set(option.name, option);
  }
  return [...last.values()];
}

/** The options as lines of a .config. */
export function configLines(options: readonly Pick<AskedOption, "name" | "value">[]): string {
  return options.map(each => `${configLine(each.name, each.value)}\n`).join("");
}

/** How a .config says one option. */
export function configLine(name: string, value: string): string {
  return value === "n" ? `# ${name} is not set` : `${name}=${value}`;
}

function isNumber(text: string): boolean {
  return /^(?:-?\d+|0[xX][0-9a-fA-F]+)$/.test(text);
}
