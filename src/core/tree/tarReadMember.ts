import type { DataRun } from "./entry.ts";

export type MemberType =
  | "file"
  | "directory"
  | "symlink"
  | "hardlink"
  | "char"
  | "block"
  | "fifo"
  /** Something that has no place in an image (a socket, a part of a multi-volume archive); `flag` says what. */
  | "other";

/** One member of an archive, as it was written there: names are not cleaned and nothing is checked for harm. */
export interface TarMember {
  /** As stored. When it is not valid UTF-8, the odd bytes read `\xff` and `utf8` is false. */
  readonly name: string;
  readonly type: MemberType;
  /** The archive's own letter for the type, for messages. */
  readonly flag: string;
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Whole seconds since 1970; may be negative. */
  readonly mtime: number;
  /** Apparent size of a file in bytes, holes included; 0 for everything else. */
  readonly size: number;
  /** For a sparse file: the runs that `content` yields back to back. */
  readonly runs?: readonly DataRun[] | undefined;
  /** Target of a symlink or hard link, else empty; odd bytes as in `name`. */
  readonly link: string;
  readonly major: number;
  readonly minor: number;
  /** Values in base64. */
  readonly xattrs?: Readonly<Record<string, string>> | undefined;
  /** The archive also carries POSIX access control lists for it, which are not read. */
  readonly acl: boolean;
  /** False when a name, link target or attribute name is not UTF-8 and so cannot be told apart by its text. */
  readonly utf8: boolean;
  /** A file's bytes (its runs' bytes when sparse). Read it before asking for the next member, or not at all. */
  readonly content: AsyncIterable<Uint8Array>;
}
