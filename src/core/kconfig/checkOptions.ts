import type { Failure } from "../failure.ts";
import type { Place } from "../stages/stage.ts";
import { type AskedOption, type ConfigValues, isAsAsked } from "./option.ts";
import { hasPrompt, type KconfigSymbols } from "./symbol.ts";
import { whyNot } from "./whyNot.ts";

/** An option that did not end up as asked. */
export interface LostOption {
  readonly asked: AskedOption;
  readonly became: string;
  /** The source has no such option. */
  readonly isUnknown: boolean;
  readonly why: string | undefined;
}

/** @param values of the finished configuration. */
export function lostOptions(
  asked: readonly AskedOption[],
  values: ConfigValues,
  symbols: KconfigSymbols,
): LostOption[] {
  return asked.flatMap(option => {
    const became = values.get(option.name);
    if (isAsAsked(option.value, became)) return [];
    const symbol = symbols.get(option.name.replace(/^CONFIG_/, ""));
    const why = symbol && whyNot(option, symbol, values);
    return [{ asked: option, became: became ?? "n", isUnknown: symbol === undefined, why }];
  });
}

/** Those options of a whole configuration file that a person can set: the rest follows from the compiler and from them. */
export function settable(options: readonly AskedOption[], symbols: KconfigSymbols): AskedOption[] {
  return options.filter(option => {
    const symbol = symbols.get(option.name.replace(/^CONFIG_/, ""));
    return symbol === undefined || hasPrompt(symbol);
  });
}

/**
 * A Failure that names every lost option, placed on the first: `config-option-unknown` when the source has none of
 * them, else `config-option-lost`.
 * @param source what was configured, for people.
 */
export async function lostOptionsFailure(
  lost: readonly LostOption[],
  symbols: KconfigSymbols,
  source: string,
  place: Place,
): Promise<Failure> {
  const { nearest } = await import("../recipe/nearest.ts");
  const names = [...symbols.keys()];
  const sentences = lost.map(({ asked, became, isUnknown, why }) => {
    const where = asked.origin === undefined ? "" : ` (${asked.origin})`;
    if (isUnknown) {
      const near = nearest(asked.name.replace(/^CONFIG_/, ""), names);
      const meant = near === undefined ? "" : ` Did you mean CONFIG_${near}?`;
      return `${asked.name}${where}: ${source} has no such option.${meant}`;
    }
    return `${asked.name}${where}: asked to be ${asked.value}, became ${became}${why === undefined ? "" : `, because ${why}`}.`;
  });
  const head = lost.length === 1 ? "" : `${lost.length} options did not end up as asked:\n`;
  const message = head + sentences.map(each => (lost.length === 1 ? each : `  ${each}`)).join("\n");
  const at = lost[0]?.asked.at ?? [];
  if (lost.every(each => each.isUnknown)) {
    const advice = "Options differ from version to version: search the source's Kconfig files for the name.";
    return place.fail("config-option-unknown", message, { advice, at });
  }
  const advice = "Ask for what they depend on as well, or leave them out.";
  return place.fail("config-option-lost", message, { advice, at });
}
