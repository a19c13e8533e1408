import { copyFile, lstat, mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { digestOfFile } from "../../build/digest.ts";
import { acquireLock, type Lock } from "../../build/lock.ts";
import { storePaths } from "../../build/storePaths.ts";
import { makeTempFolder } from "../../build/tempFolder.ts";
import { moveSynced } from "../../build/writeSynced.ts";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import type { AptArea } from "../aptArea.ts";
import { prepareLists, runAptHelper } from "../aptCommand.ts";
import { mirrorFailure, mirrorProblems, ofRecipe } from "../mirrorProblems.ts";
import type { SystemPackage } from "./systemPackage.ts";

export interface SystemFetch {
  readonly area: AptArea;
  readonly packages: readonly SystemPackage[];
  readonly signal: AbortSignal;
  log(line: string): void;
  /** Bytes of all packages that are here. */
  onProgress(done: number): void;
  /** Asks the mirrors for newer lists; true when there are some. */
  renew(): Promise<boolean>;
}

/**
 * The .debs of a system, from the cache or the mirrors, where each recipe finds them again. One call of apt fetches all
 * that are missing; whoever wants one of them meanwhile waits.
 * @returns absolute paths, in the order of `packages`; each file has exactly its package's digest.
 * @throws Failure `package-outdated`, `packages-unreachable`, `package-damaged`.
 */
export async function fetchSystem(host: Host, wanted: SystemFetch): Promise<string[]> {
  const { signal, packages, log } = wanted;
  const paths = storePaths(host.cacheDir);
  const folder = join(paths.downloads, "debian");
  await mkdir(folder, { recursive: true });
  const target = (each: SystemPackage) => join(folder, `${each.sha256}.deb`);
  const locks: Lock[] = [];
  const temp = makeTempFolder(paths.temp);
  try {
    // In one order for everybody, so that no two wait for each other.
    const missing = (await absent(packages, target)).sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
    for (const each of missing) {
      const onWait = (pid: number) => log(`waiting for process ${pid}, which fetches ${each.package}`);
      locks.push(await acquireLock(join(folder, `${each.sha256}.lock`), { signal, onWait }));
    }
    const still = await absent(missing, target);
    const before = sum(packages) - sum(still);
    wanted.onProgress(before);
    if (still.length > 0) {
      const arrival = await temp.folder();
      await download(host, wanted, still, arrival, await temp.folder(), before);
      await Promise.all(
        still.map(async each => takeIn(join(arrival, fileOf(each)), each, target(each), signal)),
      );
    }
    wanted.onProgress(sum(packages));
    return packages.map(target);
  } finally {
    await temp.remove();
    for (const lock of locks) lock.release();
  }
}

async function absent(
  packages: readonly SystemPackage[],
  target: (each: SystemPackage) => string,
): Promise<SystemPackage[]> {
  const sizes = await Promise.all(
    packages.map(async each => (await stat(target(each)).catch(() => undefined))?.size),
  );
  return packages.filter((each, index) => sizes[index] !== each.size);
}

async function download(
  host: Host,
  { area, signal, log, onProgress, renew }: SystemFetch,
  missing: readonly SystemPackage[],
  arrival: string,
  scratch: string,
  before: number,
): Promise<void> {
  await prepareLists(area, scratch);
  const said: string[] = [];
  const onLine = (line: string) => {
    said.push(line);
    log(line);
  };
  const args = missing.flatMap(each => [each.url, join(arrival, fileOf(each)), `SHA256:${each.sha256}`]);
  let looking = Promise.resolve();
  const watch = setInterval(() => {
    looking = looking.then(async () => onProgress(before + (await bytesIn(arrival))));
  }, 200);
  try {
    const options = { signal, onLine, accept: [0, 100] };
    const { exitCode } = await runAptHelper(host, area, scratch, ["download-file", ...args], options);
    if (exitCode === 0) return;
  } finally {
    clearInterval(watch);
    await looking;
  }
  const problems = mirrorProblems(said);
  const gone = problems.find(each =>
    /\b404\b|File not found|Hash Sum mismatch|unexpected size/i.test(each.why),
  );
  const lost = missing.find(each => gone?.url === each.url);
  if (gone && (await renew())) throw outdated(lost ?? missing[0]);
  const what = lost
    ? `The package ${lost.package} could not be fetched`
    : "The packages could not be fetched";
  throw mirrorFailure(what, gone ? [gone] : problems, ofRecipe);
}

function outdated(lost: SystemPackage | undefined): Failure {
  const what = lost
    ? `${lost.package} in version ${lost.version}`
    : "a package in the version that was chosen";
  return new Failure("package-outdated", `The mirrors no longer have ${what}.`, {
    advice:
      "Newer package lists are here now: build again to take the versions they have. Where a lock file holds the " +
      "version, run `whittle lock` first, or name a mirror that keeps old versions under `mirrors`.",
  });
}

/** Moves a package that came to its place, once it is what it should be. */
async function takeIn(
  path: string,
  wanted: SystemPackage,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  // From a mirror on this machine apt brings a link to the file.
  const own = found?.isSymbolicLink() ? `${path}.copy` : path;
  if (found?.isSymbolicLink()) await copyFile(path, own);
  if (found && (await digestOfFile(own, signal)).sha256 === wanted.sha256) return moveSynced(own, target);
  await rm(own, { force: true });
  throw new Failure("package-damaged", `What came as ${wanted.package} is not what the package lists say.`, {
    advice: "It was thrown away. Build again; if it stays so, the mirror is damaged: choose another one.",
  });
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map(async name => (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0),
  );
  return sizes.reduce((all, each) => all + each, 0);
}

/** A name that says what it is and that no other package of the system has. */
export function fileOf({ package: name, version, architecture }: SystemPackage): string {
  return `${name}_${version.replaceAll(":", "%3a")}_${architecture}.deb`;
}

function sum(packages: readonly SystemPackage[]): number {
  return packages.reduce((all, each) => all + each.size, 0);
}
