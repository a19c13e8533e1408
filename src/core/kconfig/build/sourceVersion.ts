import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";

/** The version in the name of a tar or its URL, as `linux-6.1.5.tar.xz` has it. */
export function versionInName(source: string): string | undefined {
  return /-v?(\d+(?:\.\d+)+(?:[-.]?rc\d+)?)\.(?:t|orig)/.exec(basename(source))?.[1];
}

/** The version that a folder's Makefile says, as the kernel and BusyBox do; undefined for another Makefile. */
export async function versionInFolder(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, "Makefile"), "utf8").catch(() => "");
  const field = (name: string): string =>
    new RegExp(`^${name}[ \\t]*=[ \\t]*(\\S*)`, "m").exec(text)?.[1] ?? "";
  const numbers = ["VERSION", "PATCHLEVEL", "SUBLEVEL"].map(field);
  if (numbers[0] === "" || numbers[1] === "") return undefined;
  return numbers.filter(each => each !== "").join(".") + field("EXTRAVERSION");
}
