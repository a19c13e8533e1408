import type { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";
import { type ChosenPackage, closureOf } from "./closure.ts";
import { type PackageDatabase, readDatabase } from "./database.ts";
import { type DatabaseSnapshot, databasePath } from "./databaseArea.ts";
import { readDependency } from "./dependency.ts";
import type { PinnedPackage } from "./package.ts";
import { fileAt, type Repository } from "./repository.ts";
import { Unresolved } from "./unresolved.ts";

/**
 * Looks up what is wanted in databases that are there, with everything it needs; sorted by name.
 * @param doubt why newer databases could not be had, when that was tried.
 * @throws as closureOf() and readDatabase(); `package-unknown` names the nearest packages and groups.
 */
export async function pinPackages(
  host: Host,
  snapshot: DatabaseSnapshot,
  repositories: readonly Repository[],
  wanted: readonly string[],
  signal: AbortSignal,
  doubt?: Failure,
): Promise<PinnedPackage[]> {
  const databases: PackageDatabase[] = [];
  for (const { name } of repositories)
    databases.push(await readDatabase(databasePath(snapshot, name), name, host, signal));
  try {
    const chosen = closureOf(wanted, databases).map(each => pinned(each, snapshot));
    return chosen.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  } catch (error) {
    throw error instanceof Unresolved ? await advised(error, wanted, databases, doubt) : error;
  }
}

function pinned({ package: chosen, wanted }: ChosenPackage, snapshot: DatabaseSnapshot): PinnedPackage {
  const { name, version, arch, repository, file, sha256, size, signature } = chosen;
  const url = fileAt(snapshot.servers[repository] ?? "", file);
  return {
    ...{ name, version, arch, repository, file, sha256, size, url },
    ...(signature === undefined ? {} : { signature }),
    ...(wanted === undefined ? {} : { explicit: true }),
  };
}

async function advised(
  failure: Unresolved,
  wanted: readonly string[],
  databases: readonly PackageDatabase[],
  doubt: Failure | undefined,
): Promise<Unresolved> {
  const message = doubt ? `${failure.message} The databases may be old: ${doubt.message}` : failure.message;
  return new Unresolved(
    failure,
    failure.code,
    message,
    failure.advice ?? (await nearest(wanted[failure.wanted] ?? "", databases)),
  );
}

async function nearest(wanted: string, databases: readonly PackageDatabase[]): Promise<string> {
  const { nearestNames } = await import("../debian/unknownPackage.ts");
  const { name } = readDependency(wanted);
  const names = new Set(
    databases.flatMap(({ packages }) => packages.flatMap(each => [each.name, ...each.groups])),
  );
  const near = nearestNames(name, [...names], 3);
  const last = near.pop();
  if (last === undefined) return "Search for it on https://archlinux.org/packages, or add its repository.";
  return `Did you mean ${near.length > 0 ? `${near.join(", ")} or ` : ""}${last}?`;
}
