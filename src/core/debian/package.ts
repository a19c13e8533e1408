import type { Arch } from "../host/host.ts";

/** Which package is wanted, and from whose mirrors. */
export interface PackageRequest {
  /** `NAME`, or `NAME=VERSION` for that version and no other. */
  readonly package: string;
  readonly arch: Arch;
  /** Folder with sources.list(.d), preferences(.d) and trusted.gpg(.d). Default: the host's `/etc/apt`. */
  readonly aptConfig?: string | undefined;
}

/** One version of a binary package. Survives JSON unchanged. */
export type PackageVersion = {
  readonly package: string;
  readonly version: string;
  /** Of the .deb, hex. */
  readonly sha256: string;
  /** Of the .deb, bytes. */
  readonly size: number;
};

/** A package as the mirrors offer it. */
export type DebianPackage = PackageVersion & {
  /** Names of the packages it cannot be without; of alternatives the first. */
  readonly depends: readonly string[];
};

/** What a package is asked for by: a name, perhaps with a version, and nothing that apt takes for an option. */
export const packagePattern = "^[a-z0-9][a-z0-9+.-]+(=[A-Za-z0-9.+:~-]+)?$";

/**
 * Reads the first stanza that `apt-cache show` prints.
 * @returns undefined when a field is missing that every package in a mirror has.
 */
export function readPackage(stanza: string): DebianPackage | undefined {
  const fields = new Map<string, string>();
  for (const line of (stanza.split(/\n\s*\n/, 1)[0] ?? "").split("\n")) {
    const match = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(line);
    if (match?.[1] && match[2] !== undefined) fields.set(match[1].toLowerCase(), match[2]);
  }
  const name = fields.get("package");
  const version = fields.get("version");
  const sha256 = fields.get("sha256");
  const size = Number(fields.get("size"));
  if (!name || !version || !sha256 || !/^[0-9a-f]{64}$/.test(sha256) || !Number.isSafeInteger(size))
    return undefined;
  const depends = [fields.get("pre-depends"), fields.get("depends")].flatMap(namesIn);
  return { package: name, version, sha256, size, depends };
}

/** `a (>= 1) | b, c:any` gives a and c. */
function namesIn(relation: string | undefined): string[] {
  return (relation ?? "").split(",").flatMap(each => /^\s*([a-z0-9][a-z0-9+.-]+)/.exec(each)?.[1] ?? []);
}
