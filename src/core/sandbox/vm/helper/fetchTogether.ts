import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { digestOfFile } from "../../../build/digest.ts";
import { storePaths } from "../../../build/storePaths.ts";
import type { TempFolder } from "../../../build/tempFolder.ts";
import { moveSynced } from "../../../build/writeSynced.ts";
import { aptArea, currentLists } from "../../../debian/aptArea.ts";
import { runApt } from "../../../debian/aptCommand.ts";
import { fetchPackage } from "../../../debian/fetchPackage.ts";
import type { PackageVersion } from "../../../debian/package.ts";
import type { Arch, Host } from "../../../host/host.ts";

export interface FetchRequest {
  readonly packages: readonly PackageVersion[];
  readonly arch: Arch;
  readonly temp: TempFolder;
  readonly signal: AbortSignal;
  readonly log?: ((line: string) => void) | undefined;
}

/**
 * Fetches many packages by one call of apt, which reads its lists only once then. What did not come that way is
 * fetched one by one, which also says why.
 * @returns absolute paths of the .debs, in the order of `packages`.
 * @throws Failure as fetchPackage() does.
 */
export async function fetchTogether(host: Host, request: FetchRequest): Promise<string[]> {
  const { packages, arch, temp, signal, log } = request;
  const folder = join(storePaths(host.cacheDir).downloads, "debian");
  const missing: PackageVersion[] = [];
  for (const each of packages) {
    const found = await stat(debOf(folder, each)).catch(() => undefined);
    if (found?.size !== each.size) missing.push(each);
  }
  const area = aptArea(host, arch);
  const lists = currentLists(area);
  if (missing.length > 1 && lists) {
    const bytes = missing.reduce((sum, each) => sum + each.size, 0);
    log?.(`Fetching ${missing.length} packages (${(bytes / 1e6).toFixed(1)} MB)`);
    const arrival = await temp.folder();
    const names = missing.map(each => `${each.package}=${each.version}`);
    const options = { signal, cwd: arrival, accept: [0, 100] };
    await runApt(host, "apt-get", area, lists.folder, ["download", "-q", ...names], options);
    await keep(arrival, folder, missing, signal);
  }
  const paths: string[] = [];
  for (const each of packages) paths.push(await fetchPackage(host, each, { arch, signal, log }));
  return paths;
}

async function keep(
  arrival: string,
  folder: string,
  wanted: readonly PackageVersion[],
  signal: AbortSignal,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const digests = new Set(wanted.map(each => each.sha256));
  for (const name of await readdir(arrival)) {
    if (!name.endsWith(".deb")) continue;
    const path = join(arrival, name);
    const { sha256 } = await digestOfFile(path, signal);
    if (digests.has(sha256)) await moveSynced(path, join(folder, `${sha256}.deb`));
  }
}

function debOf(folder: string, { sha256 }: PackageVersion): string {
  return join(folder, `${sha256}.deb`);
}
