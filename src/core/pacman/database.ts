import { createReadStream } from "node:fs";
import { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";
import { openArchive } from "../stages/archive/open.ts";
import { readDescription, type SyncPackage } from "./package.ts";

/** The packages of one repository. */
export interface PackageDatabase {
  readonly repository: string;
  /** Sorted by name in byte order, as pacman goes through them. */
  readonly packages: readonly SyncPackage[];
  readonly byName: ReadonlyMap<string, SyncPackage>;
  /** By each name that they provide besides their own; sorted by name. */
  readonly byProvision: ReadonlyMap<string, readonly SyncPackage[]>;
}

/**
 * Reads a repository's database (`NAME.db`: a tar, however compressed, with a `desc` file for each package).
 * @throws Failure `package-list-damaged`, `tool-missing` for a compression that needs a program.
 */
export async function readDatabase(
  path: string,
  repository: string,
  host: Host,
  signal: AbortSignal,
): Promise<PackageDatabase> {
  const packages: SyncPackage[] = [];
  const source = createReadStream(path, { highWaterMark: 1024 * 1024, signal });
  try {
    for await (const { name, type, content } of openArchive(source, host, signal)) {
      if (type !== "file" || !/^[^/]+\/desc$/.test(name.replace(/^\.\//, ""))) continue;
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(Buffer.from(chunk));
      packages.push(readDescription(Buffer.concat(chunks).toString("utf8"), repository));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw explain(error, repository);
  }
  return databaseOf(repository, packages);
}

/** Orders packages for looking them up. */
export function databaseOf(repository: string, unsorted: readonly SyncPackage[]): PackageDatabase {
  const packages = unsorted.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const byName = new Map(packages.map(each => [each.name, each]));
  const byProvision = new Map<string, SyncPackage[]>();
  for (const each of packages) {
    for (const name of new Set(each.provides.map(text => text.replace(/[<>=].*$/s, "")))) {
      const others = byProvision.get(name);
      if (others) others.push(each);
      else byProvision.set(name, [each]);
    }
  }
  return { repository, packages, byName, byProvision };
}

function explain(error: unknown, repository: string): unknown {
  if (!(error instanceof Failure) || !error.code.startsWith("archive-")) return error;
  return new Failure(
    "package-list-damaged",
    `The package database ${repository} is not one that can be used: ${error.message}`,
    { advice: "Choose another mirror, or build again later.", cause: error },
  );
}
