import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Failure } from "../failure.ts";

/** Public keys whose signatures on packages are believed, as files that gpg imports. */
export interface Keyring {
  /** Absolute paths of files with keys, each binary or armored. */
  readonly keys: readonly string[];
  /** Fingerprints of the keys that vouch for others, with their trust as in gpg's ownertrust (`FINGERPRINT:4:`). */
  readonly trusted: readonly string[];
  /** Fingerprints of keys that are not to be believed any more. */
  readonly revoked: readonly string[];
  /** Nothing says which keys vouch for others: then each of them is believed itself. */
  readonly allTrusted: boolean;
}

// Where Arch and Debian install the package archlinux-keyring.
const usual = ["/usr/share/pacman/keyrings/archlinux.gpg", "/usr/share/keyrings/archlinux.gpg"];

/** The keys of Arch Linux that this system has, if any. */
export async function systemKeyring(places: readonly string[] = usual): Promise<Keyring | undefined> {
  for (const path of places) {
    if ((await stat(path).catch(() => undefined))?.isFile()) return readKeyring(path);
  }
  return undefined;
}

/**
 * Reads a keyring: a file with keys, or a folder of them. `NAME-trusted` and `NAME-revoked` beside `NAME.gpg` mean
 * what they mean to pacman-key; without a `NAME-trusted` each key of the file is trusted itself.
 * @throws Failure `keyring-unreadable`.
 */
export async function readKeyring(path: string): Promise<Keyring> {
  const files = await keyFiles(path);
  if (files.length === 0) {
    throw new Failure("keyring-unreadable", `There is no key in ${path}: no file named *.gpg or *.asc.`, {
      advice: "Name a file with public keys (gpg --export KEY > mine.gpg), or a folder of such files.",
    });
  }
  const beside = async (file: string, what: string) => {
    const name = basename(file).replace(/\.(?:gpg|asc|kbx)$/, "");
    const text = await readFile(join(dirname(file), `${name}-${what}`), "utf8").catch(() => "");
    return text.split("\n").filter(line => /^[0-9A-Fa-f]{40}/.test(line));
  };
  const trusted = (await Promise.all(files.map(file => beside(file, "trusted")))).flat();
  const revoked = (await Promise.all(files.map(file => beside(file, "revoked")))).flat();
  return { keys: files, trusted, revoked, allTrusted: trusted.length === 0 };
}

async function keyFiles(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter(name => /\.(?:gpg|asc)$/.test(name));
    return names.sort().map(name => join(path, name));
  } catch (cause) {
    throw new Failure("keyring-unreadable", `The keyring ${path} does not exist or cannot be read.`, {
      advice: "Relative paths start at the folder of the recipe file.",
      cause,
    });
  }
}
