import { openTreeFile, type TreeFile } from "../../tree/readFile.ts";
import { realFolder } from "../../tree/realFolder.ts";
import type { Tree } from "../../tree/tree.ts";

const archiveMark = 0xde020109;
/** More than any archive's header and names take: locales-all has some 500. */
const mostBytes = 8 * 1024 * 1024;

/** A locale's name in the spelling that glibc compares: `en_US.UTF-8` and `en_US.utf8` are one. */
export function comparableLocale(name: string): string {
  const [, base = name, charset = "", modifier = ""] = /^([^.@]*)(?:\.([^@]*))?(@.*)?$/.exec(name) ?? [];
  return `${base}.${charset.toLowerCase().replace(/[^a-z0-9]/g, "")}${modifier}`;
}

/**
 * The locales that the tree's glibc has, sorted; undefined when the tree has another C library or none, which take any name.
 */
export async function localesIn(tree: Tree): Promise<readonly string[] | undefined> {
  if (!hasGlibc(tree)) return undefined;
  const names = new Set<string>();
  for (const path of ["usr/lib/locale", "usr/lib64/locale"]) {
    const folder = realFolder(tree, path, new Set());
    for (const entry of folder === undefined ? [] : tree.children(folder)) {
      const name = entry.path.slice((folder?.length ?? 0) + 1);
      if (entry.type === "directory") names.add(name);
      if (entry.type === "file" && name === "locale-archive")
        for (const each of await archived(entry)) names.add(each);
    }
  }
  return [...names].sort();
}

function hasGlibc(tree: Tree): boolean {
  return tree.entries.some(({ path }) => /(?:^|\/)lib[^/]*\/(?:[^/]+\/)?libc\.so\.6$/.test(path));
}

/**
 * The names in a locale-archive.
 * Source: glibc, locale/locarchive.h: the header's fields are 32 bits each, and the names stand end to end.
 */
async function archived(file: TreeFile): Promise<string[]> {
  const parts: Buffer[] = [];
  let length = 0;
  let wanted = 56;
  for await (const chunk of openTreeFile(file)) {
    parts.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length < wanted) continue;
    const bytes = Buffer.concat(parts);
    if (bytes.readUInt32LE(0) !== archiveMark) return [];
    const [at, used] = [bytes.readUInt32LE(20), bytes.readUInt32LE(24)];
    wanted = at + used;
    if (wanted > mostBytes) return [];
    if (length >= wanted) return localeNames(bytes.toString("latin1", at, at + used));
  }
  return [];
}

// Beside the names, the strings of the table are digests and paths.
function localeNames(table: string): string[] {
  return table
    .split("\0")
    .filter(text => /^[A-Za-z]{1,3}(?:_[A-Z]{2,3})?(?:\.[A-Za-z0-9-]+)?(?:@[A-Za-z]+)?$/.test(text));
}
