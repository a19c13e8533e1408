import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { controlFiles } from "./controlFiles.ts";
import { fileOf } from "./fetchSystem.ts";
import { writePlainPackage } from "./plainPackage.ts";
import type { SystemPackage } from "./systemPackage.ts";

/**
 * Makes a flat repository of exactly these packages, not compressed: the .debs, `Packages` and `Release`. It is not
 * signed; whoever uses it has checked each digest.
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
  const stanzas: string[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < packages.length; index = next++) {
      const [each, deb = ""] = [packages[index], debs[index]];
      if (!each) return;
      const made = await writePlainPackage(host, deb, join(folder, fileOf(each)), signal);
      stanzas[index] = stanzaOf(each, controls[index] ?? "", made);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, host.jobs) }, work));
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

function stanzaOf(given: SystemPackage, control: string, made: { bytes: number; sha256: string }): string {
  const fields = control.replace(/\n+$/, "");
  return `${fields}\nFilename: ./${fileOf(given)}\nSize: ${made.bytes}\nSHA256: ${made.sha256}\n`;
}
