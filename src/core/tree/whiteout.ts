import type { FileEntry } from "./entry.ts";
import { nameOf, parentOf } from "./path.ts";

/** Path of the tar member that says `path` is gone. */
export function whiteoutPath(path: string): string {
  const folder = parentOf(path);
  return `${folder === "" ? "" : `${folder}/`}.wh.${nameOf(path)}`;
}

/** Path of the tar member that says nothing of what lower layers have in `folder` is left. */
export function opaquePath(folder: string): string {
  return `${folder}/.wh..wh..opq`;
}

/** The empty file that either of them is; `clock` in seconds since 1970. */
export function markEntry(path: string, clock: number): FileEntry {
  return { type: "file", path, mode: 0o644, uid: 0, gid: 0, mtime: clock, size: 0, offset: 0 };
}
