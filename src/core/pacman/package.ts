import { Failure } from "../failure.ts";

/** What a package is asked for by: a name or group, perhaps with a version, and nothing pacman takes for an option. */
export const packagePattern = "^[A-Za-z0-9@_+][A-Za-z0-9@._+-]*(=[A-Za-z0-9.:_+~-]+)?$";

/** A package as a repository's database describes it. */
export interface SyncPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly repository: string;
  /** Name of the package's file, in the folder of the repository. */
  readonly file: string;
  /** Of the file, hex. */
  readonly sha256: string;
  /** Of the file, bytes. */
  readonly size: number;
  /** Detached OpenPGP signature of the file, base64; databases may leave it to a file of its own. */
  readonly signature: string | undefined;
  readonly depends: readonly string[];
  readonly provides: readonly string[];
  readonly conflicts: readonly string[];
  readonly groups: readonly string[];
}

/** One package that an image gets: everything that is needed to fetch it. Survives JSON unchanged. */
export type PinnedPackage = {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly repository: string;
  readonly file: string;
  readonly sha256: string;
  readonly size: number;
  readonly url: string;
  readonly signature?: string;
  /** Asked for by the recipe; without it, it is there because others need it. */
  readonly explicit?: true;
};

// Both become paths on this machine and words of a command line.
const filePattern = /^[A-Za-z0-9@_+][A-Za-z0-9@._+:~-]*$/;
const sumPattern = /^[0-9a-f]{64}$/;

/**
 * Looks at what a lock file, which people can edit, hands in as packages.
 * @throws Failure `package-list-damaged`.
 */
export function checkPinned(packages: readonly PinnedPackage[]): void {
  const odd = packages.find(each => !filePattern.test(each.file) || !sumPattern.test(each.sha256));
  if (!odd) return;
  throw new Failure(
    "package-list-damaged",
    `The lock file's package ${odd.name} has no proper file or sha256.`,
    {
      advice: "Make the lock file anew with: whittle lock --update",
    },
  );
}

/**
 * Reads the `desc` file of one package in a repository's database.
 * @throws Failure `package-list-damaged` when it lacks what every package has, or names a file outside its folder.
 */
export function readDescription(text: string, repository: string): SyncPackage {
  const fields = fieldsOf(text);
  const one = (key: string): string => fields.get(key)?.[0] ?? "";
  const list = (key: string): readonly string[] => fields.get(key) ?? [];
  const name = one("NAME");
  const read: SyncPackage = {
    ...{ name, version: one("VERSION"), arch: one("ARCH"), repository, file: one("FILENAME") },
    ...{ sha256: one("SHA256SUM").toLowerCase(), size: Number(one("CSIZE")) },
    signature: one("PGPSIG") || undefined,
    ...{ depends: list("DEPENDS"), provides: list("PROVIDES") },
    ...{ conflicts: list("CONFLICTS"), groups: list("GROUPS") },
  };
  const fault = faultIn(read);
  if (fault === undefined) return read;
  throw new Failure(
    "package-list-damaged",
    `The package database ${repository} is not one that can be used: ${name || "a package"} ${fault}.`,
    {
      advice: "Choose another mirror; a repository of your own is made with repo-add from pacman 4 or newer.",
    },
  );
}

function faultIn({ name, version, file, sha256, size }: SyncPackage): string | undefined {
  if (!/^[A-Za-z0-9@_+][A-Za-z0-9@._+-]*$/.test(name)) return "has no proper name";
  if (!/^[A-Za-z0-9.:_+~-]+$/.test(version)) return "has no proper version";
  if (!filePattern.test(file)) return "has no proper file name";
  if (!sumPattern.test(sha256)) return "has no sha256";
  return Number.isSafeInteger(size) && size > 0 ? undefined : "has no size";
}

function fieldsOf(text: string): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const paragraph of text.split(/\n{2,}/)) {
    const [head = "", ...values] = paragraph.split("\n");
    const key = /^%([A-Z0-9]+)%$/.exec(head.trim())?.[1];
    if (key !== undefined)
      fields.set(
        key,
        values.filter(value => value !== ""),
      );
  }
  return fields;
}
