import { compareVersions } from "./compareVersions.ts";
import type { SyncPackage } from "./package.ts";

/** What a package needs, offers or cannot stand: a name, perhaps with versions. */
export interface Dependency {
  readonly name: string;
  readonly relation?: "<" | "<=" | "=" | ">=" | ">" | undefined;
  readonly version?: string | undefined;
}

/** Reads `name`, `name>=1.2`, and leaves out the reason that an optional one carries (`name: for X`). */
export function readDependency(text: string): Dependency {
  const bare = text.split(": ", 1)[0] ?? "";
  const match = /^([^<>=]*)(<=|>=|<|>|=)(.*)$/.exec(bare);
  if (!match) return { name: bare };
  const [, name = "", relation, version] = match;
  return { name, relation: relation as Dependency["relation"], version };
}

/** Whether a package fulfils a dependency by its own name and version. */
export function isLiteral(found: SyncPackage, wanted: Dependency): boolean {
  return found.name === wanted.name && versionFits(found.version, wanted);
}

/** Whether a package says that it provides what is wanted; without a version of its own it fits only any version. */
export function provides(found: SyncPackage, wanted: Dependency): boolean {
  return found.provides.some(text => {
    if (!text.startsWith(wanted.name)) return false;
    const offered = readDependency(text);
    if (offered.name !== wanted.name) return false;
    if (wanted.relation === undefined) return true;
    return offered.relation === "=" && offered.version !== undefined && versionFits(offered.version, wanted);
  });
}

/** Whether a package fulfils a dependency in either way. */
export function satisfies(found: SyncPackage, wanted: Dependency): boolean {
  return isLiteral(found, wanted) || provides(found, wanted);
}

function versionFits(version: string, { relation, version: wanted }: Dependency): boolean {
  if (relation === undefined || wanted === undefined) return true;
  const order = compareVersions(version, wanted);
  switch (relation) {
    case "=":
      return order === 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}
