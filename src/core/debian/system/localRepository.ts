import { createHash } from "node:crypto";
import { constants, copyFile, link, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { controlFiles } from "./controlFiles.ts";
import { fileOf } from "./fetchSystem.ts";
import type { SystemPackage } from "./systemPackage.ts";

/**
 * Makes a flat repository of exactly these packages: the .debs, `Packages` and `Release`. It is not signed; whoever
 * uses it has checked each digest.
 * @param debs absolute paths, one a package.
 * @param folder an empty folder on the host.
 * @throws Failure `package-damaged`.
 */
export async function writeRepository(
  host: Host,
  packages: readonly SystemPackage[],
  debs: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const controls = await controlFiles(host, debs, signal);
  const stanzas = packages.map((each, index) => stanzaOf(each, controls[index] ?? ""));
  await Promise.all(packages.map((each, index) => place(debs[index] ?? "", join(folder, fileOf(each)))));
  const list = Buffer.from(stanzas.join("\n"));
  const release = [
    "Suite: whittle",
    "Date: Thu, 01 Jan 1970 00:00:00 UTC",
    "SHA256:",
    ` ${createHash("sha256").update(list).digest("hex")} ${list.length} Packages`,
    "",
  ];
  await writeFile(join(folder, "Packages"), list);
  await writeFile(join(folder, "Release"), release.join("\n"));
}

function stanzaOf(given: SystemPackage, control: string): string {
  const fields = control.replace(/\n+$/, "");
  return `${fields}\nFilename: ./${fileOf(given)}\nSize: ${given.size}\nSHA256: ${given.sha256}\n`;
}

/** A further name costs nothing; between file systems it has to be a copy. */
async function place(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
}
