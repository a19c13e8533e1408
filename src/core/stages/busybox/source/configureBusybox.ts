import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { followMake } from "../../../kconfig/build/makeOutput.ts";
import { mergeFunction, places } from "../../../kconfig/build/places.ts";
import { resultMembers, resultText } from "../../../kconfig/build/resultFiles.ts";
import { runScript } from "../../../kconfig/build/runScript.ts";
import { lostOptions, lostOptionsFailure, settable } from "../../../kconfig/checkOptions.ts";
import { readConfigValues } from "../../../kconfig/configText.ts";
import { configLines, laterWins } from "../../../kconfig/option.ts";
import { readConfigFile, readFragments } from "../../../kconfig/readFragments.ts";
import { readKconfig } from "../../../kconfig/readKconfig.ts";
import type { KconfigSymbols } from "../../../kconfig/symbol.ts";
import type { Layer } from "../../../tree/layer.ts";
import type { StageContext } from "../../stage.ts";
import type { BusyboxWork } from "./busyboxWork.ts";

/**
 * Configures BusyBox as the recipe says, and static.
 * @returns the .config.
 * @throws Failure `config-option-unknown` or `config-option-lost` for what did not end up as asked, `config-syntax`,
 * `source-build-failed`.
 */
export async function configureBusybox(work: BusyboxWork, context: StageContext): Promise<string> {
  const { config = "defconfig", fragments = [] } = work.given;
  const { tar, folder, version } = work.tree;
  const isName = config === "allnoconfig" || config === "defconfig";
  const path = resolve(context.baseDir, config);
  const own = isName ? [] : await readConfigFile(path, ["config"], context);
  const isStatic = { name: "CONFIG_STATIC", value: "y", at: ["source"] };
  const asked = laterWins([isStatic, ...(await readFragments(fragments, context))]);
  const output = followMake(places.source);
  const made = await runScript(
    work.sandbox,
    {
      script: scriptFor(isName ? config : "file"),
      source: tar,
      inputs: { asked: configLines(asked), ...(isName ? {} : { base: await readFile(path, "utf8") }) },
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
    throw context.fail("source-build-failed", `BusyBox could not be configured:\n${output.problem()}`, {
      at: ["source"],
    });
  }
  const text = await resultText(made, "config");
  const symbols = await busyboxSymbols(made, folder, context.signal);
  const again = new Set(asked.map(each => each.name));
  const remaining = settable(own, symbols).filter(each => !again.has(each.name));
  const before = isName ? undefined : readConfigValues(await resultText(made, "config.base"));
  const lost = [
    ...lostOptions(asked, readConfigValues(text), symbols),
    ...(before === undefined ? [] : lostOptions(remaining, before, symbols)),
  ];
  if (lost.length > 0) throw await lostOptionsFailure(lost, symbols, `BusyBox ${version}`, context);
  return text;
}

/** BusyBox makes most of its Config.in files out of comments in its source. */
async function busyboxSymbols(made: Layer, folder: string, signal: AbortSignal): Promise<KconfigSymbols> {
  const texts = new Map<string, string>();
  for await (const member of resultMembers(made, signal)) {
    if (member.type !== "file" || !member.name.startsWith("kconfig/")) continue;
    const chunks: Uint8Array[] = [];
    for await (const chunk of member.content) chunks.push(Buffer.from(chunk));
    texts.set(member.name.slice("kconfig/".length), Buffer.concat(chunks).toString("utf8"));
  }
  const inSource = (path: string): string | undefined => {
    try {
      return readFileSync(join(folder, path), "utf8");
    } catch {
      return undefined;
    }
  };
  return readKconfig({ main: "Config.in", variables: {}, read: path => texts.get(path) ?? inSource(path) });
}

// Its configurator asks for everything that has no value yet, and takes an empty line for the default. Options that
// nobody saw while they were off have no value: for allnoconfig all are named.
function scriptFor(start: "allnoconfig" | "defconfig" | "file"): string {
  const begin = {
    allnoconfig: `kmake allnoconfig </dev/null >/dev/null
find "$source" "$build" -name Config.in -exec sed -n 's/^[[:space:]]*\\(menu\\)\\{0,1\\}config[[:space:]]\\{1,\\}\\([A-Za-z0-9_]\\{1,\\}\\).*/# CONFIG_\\2 is not set/p' {} + | LC_ALL=C sort -u > "$build/.config"
`,
    defconfig: "kmake defconfig </dev/null >/dev/null\n",
    file: `cp "$inputs/base" "$build/.config"\nsettle\ncp "$build/.config" "$result/config.base"\n`,
  }[start];
  return `kmake() { make -s -C "$source" O="$build" "$@"; }
settle() { yes "" | kmake oldconfig >/dev/null; }
${mergeFunction}${begin}merge "$build/.config" "$inputs/asked"
settle
cp "$build/.config" "$result/config"
cd "$build"
find . -name Config.in | while read -r name; do
  mkdir -p "$result/kconfig/\${name%/*}"
  cp "$name" "$result/kconfig/$name"
done
cd /
`;
}
