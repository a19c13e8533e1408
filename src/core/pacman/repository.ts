import { pathToFileURL } from "node:url";

/** Whether packages must carry a signature that the keyring trusts, may carry one, or are not asked for one. */
export type SignatureLevel = "required" | "optional" | "never";

/** A repository as pacman knows it: a name and the folders, on servers or on this machine, that hold it. */
export interface Repository {
  readonly name: string;
  /** Addresses of the folders, without a slash at the end; the first that answers is taken. */
  readonly servers: readonly string[];
  readonly signatures: SignatureLevel;
}

/** True for an address on this machine's disk. */
export function isLocal(server: string): boolean {
  return server.startsWith("file:");
}

/**
 * Address of the folder that a template stands for.
 * @param template a URL, or a path of this machine, with `$repo` and `$arch` as in pacman.conf.
 */
export function expandServer(template: string, repository: string, arch: string, baseDir: string): string {
  const filled = template.replaceAll("$repo", repository).replaceAll("$arch", arch).replace(/\/+$/, "");
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(filled)) return filled;
  return pathToFileURL(filled.startsWith("/") ? filled : `${baseDir}/${filled}`).href;
}

/** Address of a file in a repository's folder. */
export function fileAt(server: string, name: string): string {
  return `${server}/${encodeURIComponent(name).replaceAll("%3A", ":").replaceAll("%2B", "+")}`;
}
