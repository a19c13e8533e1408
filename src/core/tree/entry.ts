/** What every kind of entry carries. Ownership and mode live here, never on the host's disk. */
interface EntryBase {
  /** Path in the image: no leading slash, `/`-separated, no `.` or `..`, never empty (the root has no entry). */
  readonly path: string;
  /** Permission bits including setuid, setgid, sticky: 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Whole seconds since 1970. */
  readonly mtime: number;
  /** Extended attributes, value in base64. */
  readonly xattrs?: Readonly<Record<string, string>> | undefined;
}

/** A run of real data inside a sparse file: [offset in the file, length]. */
export type DataRun = readonly [offset: number, length: number];

export interface FileEntry extends EntryBase {
  readonly type: "file";
  /** Apparent size in bytes, holes included. */
  readonly size: number;
  /** Where the bytes begin in the layer's (uncompressed) tar. */
  readonly offset: number;
  /** For a sparse file: the runs stored back to back from `offset`; absent = all of `size`. */
  readonly runs?: readonly DataRun[] | undefined;
  /**
   * For a further name of a file: the path of its first name in the same layer. `size`, `offset` and
   * `runs` repeat the first name's, so the bytes stay reachable when that name is removed later.
   */
  readonly hardLink?: string | undefined;
}

export interface DirectoryEntry extends EntryBase {
  readonly type: "directory";
}

export interface SymlinkEntry extends EntryBase {
  readonly type: "symlink";
  readonly target: string;
}

export interface DeviceEntry extends EntryBase {
  readonly type: "char" | "block";
  readonly major: number;
  readonly minor: number;
}

export interface FifoEntry extends EntryBase {
  readonly type: "fifo";
}

export type Entry = FileEntry | DirectoryEntry | SymlinkEntry | DeviceEntry | FifoEntry;
export type EntryType = Entry["type"];
