import type { AskedOption } from "./option.ts";
import type { KconfigSymbols } from "./symbol.ts";

/** Writes values the way Kconfig wants them for the type of their option: hexadecimal numbers, texts in quotes. */
export function fitTypes(options: readonly AskedOption[], symbols: KconfigSymbols): AskedOption[] {
  return options.map(option => {
    const type = symbols.get(option.name.replace(/^CONFIG_/, ""))?.type;
    if (type === "hex" && option.isNumber)
      return { ...option, value: `0x${Number(option.value).toString(16)}` };
    const isBare = !option.value.startsWith('"') && option.value !== "n";
    return type === "string" && isBare ? { ...option, value: `"${option.value}"` } : option;
  });
}
