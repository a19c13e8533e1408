import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { InputFile, ParameterPath, Place } from "../stages/stage.ts";
import { isConfigText, readConfigText } from "./configText.ts";
import type { Fragment } from "./fragments.ts";
import { type AskedOption, laterWins } from "./option.ts";

/**
 * The files among the fragments. What the recipe itself says is checked on the way; nothing is read.
 * @throws Failure `config-syntax`.
 */
export function fragmentInputs(fragments: readonly Fragment[], place: Place): InputFile[] {
  return fragments.flatMap((fragment, index) => {
    const at = ["fragments", index];
    if (typeof fragment === "string" && !isConfigText(fragment)) {
      return [{ path: resolve(place.baseDir, fragment), at }];
    }
    written(fragment, at, place);
    return [];
  });
}

/**
 * Everything the fragments ask for; of several values for one option the last.
 * @throws Failure `config-syntax`.
 */
export async function readFragments(fragments: readonly Fragment[], place: Place): Promise<AskedOption[]> {
  const all: AskedOption[] = [];
  for (const [index, fragment] of fragments.entries()) {
    const at = ["fragments", index];
    if (typeof fragment === "string" && !isConfigText(fragment)) {
      all.push(...(await readConfigFile(resolve(place.baseDir, fragment), at, place)));
    } else {
      all.push(...written(fragment, at, place));
    }
  }
  return laterWins(all);
}

/** The options in a file. @throws Failure `config-syntax`. */
export async function readConfigFile(path: string, at: ParameterPath, place: Place): Promise<AskedOption[]> {
  return fromText(await readFile(path, "utf8"), path, at, place);
}

function written(fragment: Fragment, at: ParameterPath, place: Place): AskedOption[] {
  if (typeof fragment === "string") return fromText(fragment, undefined, at, place);
  return Object.entries(fragment).map(([name, value]) => {
    if (!/^CONFIG_\w+$/.test(name)) {
      throw place.fail("config-syntax", `\`${name}\` is no name of an option.`, {
        advice: "Write it as a .config has it: in capitals, with CONFIG_ before it, as CONFIG_TTY.",
        at: [...at, name],
      });
    }
    const isNumber = typeof value === "number";
    return { name, value: isNumber ? String(value) : writtenValue(value), isNumber, at: [...at, name] };
  });
}

function fromText(text: string, path: string | undefined, at: ParameterPath, place: Place): AskedOption[] {
  const { options, wrong } = readConfigText(text);
  if (wrong) {
    const where = path === undefined ? `Line ${wrong.line} of the options` : `${path}:${wrong.line}`;
    throw place.fail("config-syntax", `${where} is no option: ${JSON.stringify(wrong.text.slice(0, 80))}.`, {
      advice:
        'Lines look like CONFIG_TTY=y, CONFIG_HZ=100, CONFIG_CMDLINE="quiet" or # CONFIG_TTY is not set.',
      at,
    });
  }
  return options.map(({ name, value, line }) => ({
    name,
    value,
    at,
    ...(path === undefined ? {} : { origin: `${path}:${line}` }),
  }));
}

function writtenValue(text: string): string {
  if (/^(?:[ymn]|-?\d+|0[xX][0-9a-fA-F]+|"(?:[^"\\]|\\.)*")$/.test(text)) return text;
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
