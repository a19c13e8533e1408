import type { PackageVersion } from "../package.ts";

/** A package of a system, with all that is needed to fetch and check it. Survives JSON unchanged. */
export type SystemPackage = PackageVersion & {
  /** Debian's name, or `all`. */
  readonly architecture: string;
  /** Where the .deb lies, as apt writes it (`+` is `%2b`). */
  readonly url: string;
};

/** What a system of Debian packages is made of. Survives JSON unchanged. */
export type DebianSystem = {
  readonly suite: string;
  /** Lines for the image's sources.list. */
  readonly sources: readonly string[];
  /** Names of the packages that count as asked for, not as brought along by others; sorted. */
  readonly manual: readonly string[];
  /** Sorted by name. */
  readonly packages: readonly SystemPackage[];
};

/** What apt decided. */
export interface AptChoice {
  readonly packages: readonly SystemPackage[];
  /** Names of those that the second step asks for by themselves, not only because others need them. */
  readonly second: readonly string[];
}

/** What one call of apt says it would install. */
export interface AptPlan {
  readonly packages: readonly SystemPackage[];
  /** Names of those that only others need. */
  readonly automatic: ReadonlySet<string>;
  /** Names of installed packages that have to go. */
  readonly removed: ReadonlySet<string>;
}

const line = /^'([^']+)' ([^_\s]+)_([^_\s]+)_([^_\s]+)\.deb (\d+) SHA256:([0-9a-f]{64})$/gm;
const automatic = /^The following additional packages will be installed:\n((?: {2}.*\n)*)/m;
const removed = /^The following packages will be REMOVED:\n((?: {2}.*\n)*)/m;

/**
 * Reads what `apt-get --print-uris` says about an installation.
 * @returns undefined when a package has no sha256 or the text is not what it should be.
 */
export function readAptPlan(text: string): AptPlan | undefined {
  const packages = [...text.matchAll(line)].map(
    ([, url = "", name = "", version = "", architecture = "", size, sha]) => ({
      package: name,
      version: version.replaceAll("%3a", ":"),
      architecture,
      sha256: sha ?? "",
      size: Number(size),
      url,
    }),
  );
  const lines = text.match(/^'/gm)?.length ?? 0;
  if (packages.length !== lines) return undefined;
  return {
    packages,
    automatic: namesIn(automatic.exec(text)?.[1]),
    removed: namesIn(removed.exec(text)?.[1]),
  };
}

function namesIn(list: string | undefined): Set<string> {
  return new Set(
    (list ?? "")
      .split(/\s+/)
      .map(each => each.replace(/[:*].*/, ""))
      .filter(each => each !== ""),
  );
}
