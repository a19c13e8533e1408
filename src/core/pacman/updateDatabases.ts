import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf, digestOfFile } from "../build/digest.ts";
import { acquireLock } from "../build/lock.ts";
import { removeFolder } from "../build/removeFolder.ts";
import { makeTempFolder, sweepTempFolders } from "../build/tempFolder.ts";
import { together } from "../build/together.ts";
import { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";
import { readDatabase } from "./database.ts";
import {
  type CurrentSnapshot,
  currentDatabases,
  type DatabaseArea,
  type DatabaseSnapshot,
  databasePath,
  localDatabases,
  looksOf,
  pointerOf,
  snapshotsOf,
} from "./databaseArea.ts";
import { fetchFile } from "./fetchFile.ts";
import { fileAt, type Repository } from "./repository.ts";

export interface UpdateOptions {
  readonly signal: AbortSignal;
  readonly log?: ((line: string) => void) | undefined;
}

/** No server of a repository gave its database. */
export class RepositoryUnreachable extends Failure {
  readonly repository: string;

  constructor(repository: string, message: string, advice: string) {
    super("packages-unreachable", message, { advice });
    this.repository = repository;
  }
}

/**
 * Fetches databases newer than `known`, unless somebody else has done so meanwhile.
 * @throws RepositoryUnreachable; Failure `disk-full`.
 */
export async function updateDatabases(
  host: Host,
  area: DatabaseArea,
  known: DatabaseSnapshot | undefined,
  { signal, log }: UpdateOptions,
): Promise<DatabaseSnapshot> {
  const onWait = (pid: number) => log?.(`waiting for process ${pid}, which fetches the package databases`);
  const lock = await acquireLock(join(area.folder, "update.lock"), { signal, onWait });
  try {
    const now = currentDatabases(area);
    if (now && now.id !== known?.id) return now;
    return await fetchDatabases(host, area, now, { signal, log });
  } finally {
    lock.release();
  }
}

async function fetchDatabases(
  host: Host,
  area: DatabaseArea,
  before: DatabaseSnapshot | undefined,
  { signal, log }: UpdateOptions,
): Promise<DatabaseSnapshot> {
  const working = join(area.folder, "tmp");
  await sweepTempFolders(working);
  const temp = makeTempFolder(working);
  try {
    const folder = await temp.folder();
    const local = Object.fromEntries(localDatabases(area.repositories).map(each => [each, looksOf(each)]));
    const works = area.repositories.map(each => async (both: AbortSignal) => {
      const path = databasePath({ folder, id: "", servers: {} }, each.name);
      const server = await fetchDatabase(each, path, host, both, log);
      return { name: each.name, server, ...(await digestOfFile(path, both)) };
    });
    const fetched = await together(works, signal);
    const id = digestOf(fetched.map(each => ({ ...each }))).slice(0, 24);
    const servers = Object.fromEntries(fetched.map(each => [each.name, each.server]));
    return await makeCurrent(area, folder, { id, servers, local }, before, temp.file());
  } finally {
    await temp.remove();
  }
}

/** @returns the server that gave it. */
async function fetchDatabase(
  { name, servers }: Repository,
  path: string,
  host: Host,
  signal: AbortSignal,
  log: UpdateOptions["log"],
): Promise<string> {
  const problems: string[] = [];
  for (const server of servers) {
    const address = fileAt(server, `${name}.db`);
    try {
      log?.(`fetching ${address}`);
      await fetchFile(address, path, { env: host.env, signal });
      // A page that wants a password comes as well as a database does.
      await readDatabase(path, name, host, signal);
      return server;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Failure) || error.code === "disk-full") throw error;
      problems.push(error.message);
      log?.(error.message);
    }
  }
  throw new RepositoryUnreachable(
    name,
    `The database of the repository ${name} cannot be had. ${problems.join(" ")}`,
    "Check the address, the network and the proxy, or name other servers. A repository of your own gets its " +
      "database with: repo-add NAME.db.tar.gz *.pkg.tar.zst",
  );
}

async function makeCurrent(
  area: DatabaseArea,
  folder: string,
  current: CurrentSnapshot,
  before: DatabaseSnapshot | undefined,
  scratch: string,
): Promise<DatabaseSnapshot> {
  const { id, servers } = current;
  const made = { folder: join(snapshotsOf(area), id), id, servers };
  await mkdir(snapshotsOf(area), { recursive: true });
  await rename(folder, made.folder).catch((error: NodeJS.ErrnoException) => {
    // An older snapshot with the same content is as good.
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
  await writeFile(scratch, JSON.stringify(current));
  await rename(scratch, pointerOf(area));
  // Somebody may still read the one before; those before that are nobody's.
  for (const name of await readdir(snapshotsOf(area))) {
    if (name !== id && name !== before?.id) await removeFolder(join(snapshotsOf(area), name));
  }
  return made;
}
