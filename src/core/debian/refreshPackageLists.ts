import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { acquireLock } from "../build/lock.ts";
import { removeFolder } from "../build/removeFolder.ts";
import { makeTempFolder, sweepTempFolders } from "../build/tempFolder.ts";
import { Failure } from "../failure.ts";
import type { Arch, Host } from "../host/host.ts";
import { type AptArea, aptArea, currentLists, type ListSnapshot, pointerOf, snapshotsOf } from "./aptArea.ts";
import { prepareLists, runApt } from "./aptCommand.ts";
import {
  type MirrorProblem,
  mirrorFailure,
  mirrorProblems,
  ofRecipe,
  untrustedFailure,
} from "./mirrorProblems.ts";

export interface RefreshOptions {
  /** Default: the host's. */
  readonly arch?: Arch | undefined;
  /** As in PackageRequest. */
  readonly aptConfig?: string | undefined;
  /** Called with each line that apt says. */
  readonly log?: ((line: string) => void) | undefined;
}

/**
 * Asks the mirrors for new package lists. Nothing else ever does so while everything that is wanted can be had:
 * the same recipe gives the same image until somebody asks for newer packages.
 * @returns whether anything is new.
 * @throws Failure `apt-missing`, `packages-unreachable`.
 */
export async function refreshPackageLists(
  host: Host,
  signal: AbortSignal,
  options: RefreshOptions = {},
): Promise<boolean> {
  const area = aptArea(host, options.arch ?? host.arch, options.aptConfig);
  const before = currentLists(area);
  const after = await updateLists(host, area, before, signal, options.log);
  return after.id !== before?.id;
}

/**
 * Fetches lists newer than `known`, unless somebody else has done so meanwhile.
 * @throws Failure as refreshPackageLists() does.
 */
export async function updateLists(
  host: Host,
  area: AptArea,
  known: ListSnapshot | undefined,
  signal: AbortSignal,
  log?: (line: string) => void,
): Promise<ListSnapshot> {
  const onWait = (pid: number) => log?.(`waiting for process ${pid}, which fetches the package lists`);
  const lock = await acquireLock(join(area.folder, "update.lock"), { signal, onWait });
  try {
    const now = currentLists(area);
    if (now && now.id !== known?.id) return now;
    return await fetchLists(host, area, now, signal, log);
  } finally {
    lock.release();
  }
}

async function fetchLists(
  host: Host,
  area: AptArea,
  now: ListSnapshot | undefined,
  signal: AbortSignal,
  log: ((line: string) => void) | undefined,
): Promise<ListSnapshot> {
  const working = join(area.folder, "tmp");
  await sweepTempFolders(working);
  const temp = makeTempFolder(working);
  try {
    const folder = await temp.folder();
    // From what there is, apt fetches only what changed.
    if (now)
      await cp(join(now.folder, "lists"), join(folder, "lists"), {
        recursive: true,
        preserveTimestamps: true,
      });
    await prepareLists(area, folder);
    const said: string[] = [];
    const onLine = (line: string) => {
      said.push(line);
      log?.(line);
    };
    // How it ends says little: one broken mirror of many is an error, an unplugged network is not.
    const accept = Array.from({ length: 256 }, (_, code) => code);
    // Nobody uses the cache that apt would make of the lists now.
    const update = ["update", "-o", "pkgCacheFile::Generate=false"];
    await runApt(host, "apt-get", area, folder, update, { signal, onLine, accept });
    const problems = mirrorProblems(said);
    if (area.complete) requireAll(problems);
    const id = await identify(folder);
    if (id === undefined) throw mirrorFailure("The package lists could not be fetched", problems);
    if (id === now?.id && problems.length > 0) {
      throw mirrorFailure("The package lists could not be renewed", problems);
    }
    return await makeCurrent(area, folder, id, now, temp.file());
  } finally {
    await temp.remove();
  }
}

function requireAll(problems: readonly MirrorProblem[]): void {
  const missing = problems.filter(each => each.url !== undefined || /Release|GPG error/.test(each.why));
  const untrusted = missing.find(each => /GPG error|NO_PUBKEY|not signed|BADSIG|EXPKEYSIG/.test(each.why));
  if (untrusted) throw untrustedFailure(untrusted);
  if (missing.length > 0) throw mirrorFailure("The package lists could not be fetched", missing, ofRecipe);
}

/** Names lists by their content; undefined when there are none. */
async function identify(folder: string): Promise<string | undefined> {
  const lists = join(folder, "lists");
  const names = (await readdir(lists)).sort();
  if (!names.some(name => /_Packages(?:\.[a-z0-9]+)?$/.test(name))) return undefined;
  const hash = createHash("sha256");
  for (const name of names) {
    const path = join(lists, name);
    const found = await stat(path);
    if (!found.isFile()) continue;
    // The signed release file has the sums of the rest.
    const release = /_(?:In)?Release$/.test(name);
    hash.update(JSON.stringify([name, release ? await readFile(path, "utf8") : found.size]));
  }
  return hash.digest("hex").slice(0, 24);
}

async function makeCurrent(
  area: AptArea,
  folder: string,
  id: string,
  before: ListSnapshot | undefined,
  scratch: string,
): Promise<ListSnapshot> {
  const made = { folder: join(snapshotsOf(area), id), id };
  await mkdir(snapshotsOf(area), { recursive: true });
  if (before?.id !== id) {
    await rename(folder, made.folder).catch((error: unknown) => {
      // An older snapshot with the same content is as good.
      if (!(error instanceof Error && "code" in error && /^(?:ENOTEMPTY|EEXIST)$/.test(String(error.code))))
        throw error;
    });
    await writeFile(scratch, `${id}\n`);
    await rename(scratch, pointerOf(area));
  }
  // Somebody may still read the one before; those before that are nobody's.
  for (const name of await readdir(snapshotsOf(area))) {
    if (name !== id && name !== before?.id) await removeFolder(join(snapshotsOf(area), name));
  }
  return made;
}

/** Whether an error means that the mirrors cannot be reached, rather than that they lack something. */
export function isUnreachable(error: unknown): error is Failure {
  return error instanceof Failure && error.code === "packages-unreachable";
}
