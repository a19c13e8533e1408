import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { digestOfFile } from "../build/digest.ts";
import { acquireLock } from "../build/lock.ts";
import { storePaths } from "../build/storePaths.ts";
import { makeTempFolder } from "../build/tempFolder.ts";
import { moveSynced } from "../build/writeSynced.ts";
import { Failure } from "../failure.ts";
import type { Arch, Host } from "../host/host.ts";
import { type AptArea, aptArea, currentLists } from "./aptArea.ts";
import { runApt } from "./aptCommand.ts";
import { mirrorFailure, mirrorProblems } from "./mirrorProblems.ts";
import type { PackageVersion } from "./package.ts";

export interface FetchOptions {
  readonly arch: Arch;
  /** As in PackageRequest. */
  readonly aptConfig?: string | undefined;
  readonly signal: AbortSignal;
  readonly log?: ((line: string) => void) | undefined;
  /** Bytes of this package that are here. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/**
 * The .deb of a package that resolvePackage() found, from the cache or the mirror. apt tries a broken connection
 * again; whoever wants the same package meanwhile waits for the first.
 * @returns absolute path of a file with exactly the package's digest.
 * @throws Failure `package-outdated` when the mirrors no longer have this version (newer lists are then here already,
 * and the next build takes what they offer), `packages-unreachable`, `package-damaged`.
 */
export async function fetchPackage(
  host: Host,
  wanted: PackageVersion,
  options: FetchOptions,
): Promise<string> {
  const { signal, log } = options;
  const paths = storePaths(host.cacheDir);
  const folder = join(paths.downloads, "debian");
  const target = join(folder, `${wanted.sha256}.deb`);
  if (await isThere(target, wanted)) {
    options.onProgress?.(wanted.size);
    return target;
  }
  const onWait = (pid: number) => log?.(`waiting for process ${pid}, which fetches ${wanted.package}`);
  const lock = await acquireLock(join(folder, `${wanted.sha256}.lock`), { signal, onWait });
  const temp = makeTempFolder(paths.temp);
  try {
    if (await isThere(target, wanted)) return target;
    const arrival = await temp.folder();
    await download(host, wanted, arrival, options);
    const path = await verified(arrival, wanted, signal);
    await moveSynced(path, target);
    options.onProgress?.(wanted.size);
    return target;
  } finally {
    await temp.remove();
    lock.release();
  }
}

async function isThere(path: string, wanted: PackageVersion): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.size === wanted.size;
}

async function download(
  host: Host,
  wanted: PackageVersion,
  arrival: string,
  options: FetchOptions,
): Promise<void> {
  const { signal, log } = options;
  const area = aptArea(host, options.arch, options.aptConfig);
  const { updateLists } = await import("./refreshPackageLists.ts");
  const lists = currentLists(area) ?? (await updateLists(host, area, undefined, signal, log));
  const said: string[] = [];
  const onLine = (line: string) => {
    said.push(line);
    log?.(line);
  };
  const watch = setInterval(() => void reportSize(arrival, options), 200);
  try {
    const name = `${wanted.package}=${wanted.version}`;
    const given = { signal, onLine, cwd: arrival, accept: [0, 100] };
    const { exitCode } = await runApt(host, "apt-get", area, lists.folder, ["download", name], given);
    if (exitCode === 0) return;
  } finally {
    clearInterval(watch);
  }
  const text = said.join("\n");
  if (/\b404\b|File not found|Hash Sum mismatch|unexpected size|was not found|Unable to locate/i.test(text)) {
    throw await outdated(host, area, wanted, options, said);
  }
  throw unreachable(wanted, said);
}

async function reportSize(arrival: string, options: FetchOptions): Promise<void> {
  const file = await onlyFile(arrival).catch(() => undefined);
  const found = file && (await stat(file).catch(() => undefined));
  if (found) options.onProgress?.(found.size);
}

/** The mirrors dropped what the plan was made with; fetches new lists, so that the next plan is made with those. */
async function outdated(
  host: Host,
  area: AptArea,
  wanted: PackageVersion,
  { signal, log }: FetchOptions,
  said: readonly string[],
): Promise<Failure> {
  const { updateLists } = await import("./refreshPackageLists.ts");
  const before = currentLists(area);
  const after = await updateLists(host, area, before, signal, log);
  // The newest lists name what the mirror does not have: that will not be better next time.
  if (after.id === before?.id) return unreachable(wanted, said);
  return new Failure(
    "package-outdated",
    `The mirrors no longer have ${wanted.package} in version ${wanted.version}.`,
    { advice: "Newer package lists are here now: build again to take the version they have." },
  );
}

function unreachable(wanted: PackageVersion, said: readonly string[]): Failure {
  return mirrorFailure(`The package ${wanted.package} could not be fetched`, mirrorProblems(said));
}

async function verified(arrival: string, wanted: PackageVersion, signal: AbortSignal): Promise<string> {
  const path = await onlyFile(arrival);
  if (path && (await digestOfFile(path, signal)).sha256 === wanted.sha256) return path;
  throw new Failure("package-damaged", `What came as ${wanted.package} is not what the package lists say.`, {
    advice: "It was thrown away. Build again; if it stays so, the mirror is damaged: choose another one.",
  });
}

async function onlyFile(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder)).filter(name => name.endsWith(".deb"));
  return names.length === 1 && names[0] !== undefined ? join(folder, names[0]) : undefined;
}
