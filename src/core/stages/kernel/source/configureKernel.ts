import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { followMake } from "../../../kconfig/build/makeOutput.ts";
import { mergeFunction, places } from "../../../kconfig/build/places.ts";
import { resultText } from "../../../kconfig/build/resultFiles.ts";
import { runScript } from "../../../kconfig/build/runScript.ts";
import { packSource } from "../../../kconfig/build/unpackSource.ts";
import { lostOptions, lostOptionsFailure, settable } from "../../../kconfig/checkOptions.ts";
import { readConfigValues } from "../../../kconfig/configText.ts";
import { fitTypes } from "../../../kconfig/fitTypes.ts";
import { type AskedOption, type ConfigValues, configLines } from "../../../kconfig/option.ts";
import { readConfigFile, readFragments } from "../../../kconfig/readFragments.ts";
import { readKconfig } from "../../../kconfig/readKconfig.ts";
import type { KconfigSymbols } from "../../../kconfig/symbol.ts";
import type { StageContext } from "../../stage.ts";
import { baseConfig } from "./baseConfig.ts";
import type { KernelWork } from "./kernelWork.ts";
import { kernelArch } from "./obtainKernel.ts";

/** A finished configuration. */
export interface KernelConfiguration {
  /** The .config. */
  readonly text: string;
  readonly values: ConfigValues;
}

/**
 * Configures a kernel as the recipe says.
 * @throws Failure `config-option-unknown` or `config-option-lost` for what did not end up as asked, `config-syntax`,
 * `source-build-failed`.
 */
export async function configureKernel(work: KernelWork, context: StageContext): Promise<KernelConfiguration> {
  const { given, tree } = work;
  const base = baseConfig(given.config ?? "defconfig", context);
  const { folder } = tree;
  const symbols = kernelSymbols(folder, context);
  const asked = fitTypes(await readFragments(given.fragments ?? [], context), symbols);
  const start = base.start;
  const own = typeof start === "object" ? await readConfigFile(start.path, base.at, context) : [];
  const inputs: Record<string, string> = { asked: configLines(asked) };
  if (start === "allnoconfig" || start === "tinyconfig") {
    inputs["forced"] = `${start === "tinyconfig" ? tinyOptions(folder, context) : ""}${inputs["asked"]}`;
  }
  if (typeof start === "object") inputs["base"] = await readFile(start.path, "utf8");
  if (base.modulesInUse !== undefined)
    inputs["modules"] = moduleNames(await readFile(base.modulesInUse, "utf8"));
  const output = followMake(places.source);
  const source = await packSource(folder, context);
  const made = await runScript(
    work.sandbox,
    {
      script: scriptFor(typeof start === "object" ? "file" : start, base.modulesInUse !== undefined),
      source,
      inputs,
      packages: work.packages,
      env: work.env,
      onLine(line) {
        output.take(line);
        context.log(line);
      },
    },
    context,
  );
  if (!made) {
    throw context.fail("source-build-failed", `The kernel could not be configured:\n${output.problem()}`, {
      at: ["config"],
    });
  }
  const text = await resultText(made, "config");
  const values = readConfigValues(text);
  const before =
    typeof start === "object" ? readConfigValues(await resultText(made, "config.base")) : undefined;
  await check({ asked, own, values, before, symbols, name: `linux ${tree.version}` }, context);
  return { text, values };
}

interface Check {
  readonly asked: readonly AskedOption[];
  /** Of the file that the configuration began with. */
  readonly own: readonly AskedOption[];
  readonly values: ConfigValues;
  /** What that file alone became. */
  readonly before: ConfigValues | undefined;
  readonly symbols: KconfigSymbols;
  readonly name: string;
}

async function check(
  { asked, own, values, before, symbols, name }: Check,
  context: StageContext,
): Promise<void> {
  // What a fragment says anew is no longer the file's affair; what follows from a fragment is meant to be so.
  const again = new Set(asked.map(each => each.name));
  const remaining = settable(own, symbols).filter(each => !again.has(each.name));
  const lost = [
    ...lostOptions(asked, values, symbols),
    ...(before === undefined ? [] : lostOptions(remaining, before, symbols)),
  ];
  if (lost.length > 0) throw await lostOptionsFailure(lost, symbols, name, context);
}

/** Every option of a kernel's source. */
export function kernelSymbols(folder: string, { arch }: Pick<StageContext, "arch">): KconfigSymbols {
  return readKconfig({
    main: "Kconfig",
    variables: { SRCARCH: kernelArch(arch), ARCH: arch === "x86_64" ? "x86_64" : "arm64" },
    read: path => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8") : undefined),
  });
}

/** The options by which `make tinyconfig` differs from allnoconfig. */
function tinyOptions(folder: string, { arch }: Pick<StageContext, "arch">): string {
  const own = `arch/${kernelArch(arch)}/configs/tiny.config`;
  return ["kernel/configs/tiny-base.config", "kernel/configs/tiny.config", own]
    .map(name => join(folder, name))
    .map(path => (existsSync(path) ? `${readFileSync(path, "utf8")}\n` : ""))
    .join("");
}

/** A list of modules as the kernel's script reads it, from lsmod's, from plain names or from paths of modules. */
function moduleNames(text: string): string {
  const names = text.split("\n").flatMap(line => /^\s*(?:\S*\/)?([\w-]+)/.exec(line)?.[1] ?? []);
  return names
    .filter(name => name !== "Module")
    .map(name => `${name.replaceAll("-", "_")} 0 0\n`)
    .join("");
}

function scriptFor(
  start: "allnoconfig" | "tinyconfig" | "defconfig" | "file",
  modulesInUse: boolean,
): string {
  const kmake = `kmake() { make -s -C "$source" O="$build" "$@"; }\n`;
  const keep = `cp "$build/.config" "$result/config"\n`;
  if (start === "allnoconfig" || start === "tinyconfig") {
    return `${kmake}KCONFIG_ALLCONFIG="$inputs/forced" kmake allnoconfig\n${keep}`;
  }
  const begin =
    start === "file"
      ? `cp "$inputs/base" "$build/.config"\nkmake olddefconfig\ncp "$build/.config" "$result/config.base"\n`
      : "kmake defconfig\n";
  const local = modulesInUse ? `yes "" | kmake LSMOD="$inputs/modules" localmodconfig >/dev/null\n` : "";
  return `${kmake}${mergeFunction}${begin}${local}merge "$build/.config" "$inputs/asked"\nkmake olddefconfig\n${keep}`;
}
