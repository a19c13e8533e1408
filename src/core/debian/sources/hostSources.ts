import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type AptSource, readSourceList, readSourceStanzas } from "./aptSource.ts";

/** Every binary source that apt knows on this system. @param config the folder `/etc/apt`. */
export function hostSources(config: string): AptSource[] {
  const parts = join(config, "sources.list.d");
  const found = readSourceList(textOf(join(config, "sources.list")));
  for (const name of namesIn(parts)) {
    if (name.endsWith(".list")) found.push(...readSourceList(textOf(join(parts, name))));
    if (name.endsWith(".sources")) found.push(...readSourceStanzas(textOf(join(parts, name))));
  }
  return found;
}

/** What this system is, from os-release. @param osRelease path of the file. */
export function hostSuite(osRelease: string): { vendor: "debian" | "ubuntu"; suite: string } | undefined {
  const text = textOf(osRelease);
  const value = (key: string) =>
    new RegExp(`^${key}=(.*)$`, "m").exec(text)?.[1]?.replace(/^(["'])(.*)\1$/, "$2");
  const vendor = value("ID");
  if (vendor !== "debian" && vendor !== "ubuntu") return undefined;
  // Debian's testing and unstable have no VERSION_ID; both call themselves by the name of the next release.
  const suite = value("VERSION_CODENAME");
  return suite ? { vendor, suite } : undefined;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
