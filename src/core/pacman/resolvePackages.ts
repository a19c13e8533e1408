import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../build/digest.ts";
import type { Failure } from "../failure.ts";
import type { Arch, Host } from "../host/host.ts";
import { currentDatabases, type DatabaseSnapshot, databaseArea } from "./databaseArea.ts";
import type { PinnedPackage } from "./package.ts";
import type { Repository } from "./repository.ts";

export interface ResolveOptions {
  readonly arch: Arch;
  /** In the order in which they are asked. */
  readonly repositories: readonly Repository[];
  /** Names, `NAME=VERSION`, or groups. */
  readonly packages: readonly string[];
  /** Ask the servers anew. */
  readonly fresh: boolean;
  readonly signal: AbortSignal;
  readonly log?: ((line: string) => void) | undefined;
}

/**
 * All packages that an empty system needs to get those that are wanted, sorted by name. The answer is remembered
 * together with the databases it comes from, so asking again costs a few small reads; the databases are fetched when
 * there are none, and once more when they lack something.
 * @throws Unresolved; RepositoryUnreachable; Failure `package-list-damaged`.
 */
export async function resolvePackages(host: Host, options: ResolveOptions): Promise<PinnedPackage[]> {
  const area = databaseArea(host, options.arch, options.repositories);
  const now = currentDatabases(area);
  const known = now && !options.fresh ? recall(now, options.packages) : undefined;
  return known ?? lookUp(host, options);
}

async function lookUp(host: Host, options: ResolveOptions): Promise<PinnedPackage[]> {
  const { updateDatabases, RepositoryUnreachable } = await import("./updateDatabases.ts");
  const { Unresolved } = await import("./unresolved.ts");
  const { signal, log, fresh } = options;
  const area = databaseArea(host, options.arch, options.repositories);
  const known = currentDatabases(area);
  if (!known || fresh)
    return pin(host, await updateDatabases(host, area, known, { signal, log }), options, undefined);
  try {
    return await pin(host, known, options, undefined);
  } catch (error) {
    if (!(error instanceof Unresolved) || !error.missing) throw error;
    log?.(`${error.message} Asking the servers for newer databases.`);
  }
  const { newer, doubt } = await updateDatabases(host, area, known, { signal, log }).then(
    snapshot => ({ newer: snapshot, doubt: undefined }),
    (error: unknown) => {
      if (!(error instanceof RepositoryUnreachable)) throw error;
      return { newer: known, doubt: error };
    },
  );
  return pin(host, newer, options, doubt);
}

async function pin(
  host: Host,
  snapshot: DatabaseSnapshot,
  { repositories, packages, signal }: ResolveOptions,
  doubt: Failure | undefined,
): Promise<PinnedPackage[]> {
  const { pinPackages } = await import("./pinPackages.ts");
  const pinned = await pinPackages(host, snapshot, repositories, packages, signal, doubt);
  remember(snapshot, packages, pinned);
  return pinned;
}

function recall(snapshot: DatabaseSnapshot, packages: readonly string[]): PinnedPackage[] | undefined {
  try {
    return JSON.parse(readFileSync(memoOf(snapshot, packages), "utf8")) as PinnedPackage[];
  } catch {
    return undefined;
  }
}

function remember(
  snapshot: DatabaseSnapshot,
  packages: readonly string[],
  pinned: readonly PinnedPackage[],
): void {
  const path = memoOf(snapshot, packages);
  const made = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    mkdirSync(join(snapshot.folder, "resolved"), { recursive: true });
    writeFileSync(made, JSON.stringify(pinned));
    renameSync(made, path);
  } catch {
    // Without a memory it is only slower.
    rmSync(made, { force: true });
  }
}

function memoOf(snapshot: DatabaseSnapshot, packages: readonly string[]): string {
  return join(snapshot.folder, "resolved", `${digestOf([...packages]).slice(0, 24)}.json`);
}
