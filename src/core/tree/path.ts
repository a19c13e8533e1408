import { Failure } from "../failure.ts";

/** Longest name of one file or folder, in bytes, on every file system an image is written to. */
export const maxNameBytes = 255;
/** Longest path in bytes. */
export const maxPathBytes = 4096;

// Finds an empty, `.` or `..` component (so also a leading, doubled or trailing slash), or a NUL.
const unusual = /(?:^|\/)\.{0,2}(?:\/|$)|\0/;
const loneSurrogate = /\p{Surrogate}/u;

/**
 * The path as entries have it: relative to the image's root, without empty or `.` components. An absolute
 * path is taken from the image's root.
 * @throws Failure `bad-path` for a path that is empty, too long, has `..`, NUL or half a character.
 */
export function normalizePath(raw: string): string {
  // 85 UTF-16 units are at most 255 bytes: most paths need no counting.
  if (raw.length <= 85 && !unusual.test(raw) && !loneSurrogate.test(raw)) return raw;
  if (raw.includes("\0")) throw badPath(raw, "it contains a NUL character");
  if (loneSurrogate.test(raw)) throw badPath(raw, "it is not valid Unicode");
  const names = raw.split("/").filter(name => name !== "" && name !== ".");
  if (names.length === 0) throw badPath(raw, "it names the root of the image or nothing at all");
  if (names.includes("..")) throw badPath(raw, 'it contains ".."', "Write the path from the image's root.");
  const long = names.find(name => Buffer.byteLength(name) > maxNameBytes);
  if (long !== undefined) throw badPath(raw, `a name in it is longer than ${maxNameBytes} bytes`);
  const path = names.join("/");
  if (Buffer.byteLength(path) > maxPathBytes) throw badPath(raw, `it is longer than ${maxPathBytes} bytes`);
  return path;
}

/**
 * Checks what a symbolic link points to; it may point anywhere, since links are never followed out of a tree.
 * @throws Failure `bad-path`.
 */
export function checkLinkTarget(path: string, target: string): void {
  if (target === "") throw badPath(path, "it is a link that points to nothing");
  if (target.includes("\0") || loneSurrogate.test(target))
    throw badPath(path, "its link target is not a valid path");
  if (Buffer.byteLength(target) >= maxPathBytes)
    throw badPath(path, `its link target is longer than ${maxPathBytes - 1} bytes`);
}

/** A Failure `bad-path` that names the path, cut when it is very long. */
export function badPath(path: string, why: string, advice?: string): Failure {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  return new Failure("bad-path", `The path ${JSON.stringify(shown)} cannot be used: ${why}.`, { advice });
}

/** The folder part of a path; "" for a path at the root. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** The last name of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
