import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { digestOf } from "../build/digest.ts";
import { storePaths } from "../build/storePaths.ts";
import type { Arch, Host } from "../host/host.ts";
import { fileAt, isLocal, type Repository } from "./repository.ts";

/** Our own copies of the databases of one set of repositories, for one architecture. */
export interface DatabaseArea {
  readonly folder: string;
  readonly repositories: readonly Repository[];
}

/**
 * One complete fetch of the databases. It never changes: a newer one lies beside it, so that everything remembered
 * about it stays true.
 */
export interface DatabaseSnapshot {
  readonly folder: string;
  /** Name of the folder; the same databases have the same. */
  readonly id: string;
  /** By repository: the server that its database came from. */
  readonly servers: Readonly<Record<string, string>>;
}

/** What the file `current` holds. */
export interface CurrentSnapshot {
  readonly id: string;
  readonly servers: Readonly<Record<string, string>>;
  /** By address on this machine: what its database looked like when it was copied. */
  readonly local: Readonly<Record<string, string>>;
}

// Raise it when the layout of the folder changes.
const format = 1;

/** Finds the copies that belong to these repositories; writes nothing. */
export function databaseArea(host: Host, arch: Arch, repositories: readonly Repository[]): DatabaseArea {
  const named = repositories.map(({ name, servers }) => ({ name, servers: [...servers] }));
  const id = digestOf({ format, arch, repositories: named }).slice(0, 24);
  return { folder: join(storePaths(host.cacheDir).packageLists, "pacman", id), repositories };
}

/**
 * The databases to use now. Those from servers stay until somebody asks for newer ones; a repository on this machine
 * is looked at each time.
 */
export function currentDatabases(area: DatabaseArea): DatabaseSnapshot | undefined {
  const current = readCurrent(area);
  if (!current) return undefined;
  for (const [address, before] of Object.entries(current.local)) {
    if (looksOf(address) !== before) return undefined;
  }
  const folder = join(snapshotsOf(area), current.id);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  return { folder, id: current.id, servers: current.servers };
}

function readCurrent(area: DatabaseArea): CurrentSnapshot | undefined {
  try {
    const read = JSON.parse(readFileSync(pointerOf(area), "utf8")) as CurrentSnapshot;
    return /^[0-9a-f]{24}$/.test(read.id) ? read : undefined;
  } catch {
    return undefined;
  }
}

/** Changes with the database at an address on this machine. */
export function looksOf(address: string): string {
  const found = statSync(fileURLToPath(address), { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : "missing";
}

/** Addresses on this machine where the databases of these repositories may lie. */
export function localDatabases(repositories: readonly Repository[]): string[] {
  return repositories.flatMap(({ name, servers }) =>
    servers.filter(isLocal).map(server => fileAt(server, `${name}.db`)),
  );
}

/** The file that names the current snapshot. */
export function pointerOf(area: DatabaseArea): string {
  return join(area.folder, "current");
}

export function snapshotsOf(area: DatabaseArea): string {
  return join(area.folder, "snapshots");
}

/** Path of a repository's database in a snapshot. */
export function databasePath({ folder }: DatabaseSnapshot, repository: string): string {
  return join(folder, `${repository}.db`);
}
