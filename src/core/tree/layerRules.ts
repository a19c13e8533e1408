import type { Failure } from "../failure.ts";
import type { Entry, FileEntry } from "./entry.ts";
import type { NewEntry } from "./layer.ts";
import { badPath, checkLinkTarget, normalizePath, parentOf } from "./path.ts";

type NewFile = Extract<NewEntry, { type: "file" }>;
/** A checked entry: a file still without its place, anything else complete. */
export type CheckedEntry = NewFile | Exclude<Entry, FileEntry>;

/**
 * normalizePath() for a layer, where names that start with `.wh.` mean removals.
 * @throws Failure `bad-path`.
 */
export function checkLayerPath(raw: string): string {
  const path = normalizePath(raw);
  if (path.startsWith(".wh.") || path.includes("/.wh."))
    throw badPath(path, 'names that begin with ".wh." stand for removed files in a layer');
  return path;
}

/**
 * A copy of the entry with a normalised path and nothing but the fields of its type.
 * @throws Failure `bad-path`.
 */
export function entryOf(given: NewEntry): CheckedEntry {
  const base = {
    path: checkLayerPath(given.path),
    mode: given.mode,
    uid: given.uid,
    gid: given.gid,
    mtime: given.mtime,
    ...(given.xattrs && Object.keys(given.xattrs).length > 0 ? { xattrs: given.xattrs } : {}),
  };
  switch (given.type) {
    case "symlink":
      checkLinkTarget(base.path, given.target);
      return { type: given.type, ...base, target: given.target };
    case "char":
    case "block":
      return { type: given.type, ...base, major: given.major, minor: given.minor };
    default:
      return { type: given.type, ...base };
  }
}

/**
 * Within one layer nothing may lie under a link, so that no link can redirect what comes after it, nor under a
 * file or device.
 * @param sorted entries of one layer, sorted by path
 * @throws Failure `bad-path` that names the entry.
 */
export function checkNoRedirects(sorted: readonly Entry[]): void {
  const leaves = new Map<string, Entry>();
  for (const entry of sorted) if (entry.type !== "directory") leaves.set(entry.path, entry);
  let checked = "";
  for (const entry of sorted) {
    const parent = parentOf(entry.path);
    if (parent === checked) continue;
    for (let folder = parent; folder !== ""; folder = parentOf(folder)) {
      const leaf = leaves.get(folder);
      if (leaf) throw redirected(entry.path, leaf);
    }
    checked = parent;
  }
}

/** The Failure for an entry that lies under something of its own layer that is no directory. */
export function redirected(path: string, above: Entry): Failure {
  const what = above.type === "symlink" ? "a symbolic link" : `a ${above.type}`;
  return badPath(path, `${JSON.stringify(above.path)}, which is ${what} of the same layer, lies above it`);
}
