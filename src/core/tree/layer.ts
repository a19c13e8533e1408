import type { Entry } from "./entry.ts";

/** What a stage added, changed and removed. Immutable and content-addressed. */
export interface Layer {
  /** sha256 (hex) of the uncompressed OCI layer tar. */
  readonly digest: string;
  /** Length of that tar in bytes. */
  readonly bytes: number;
  /** Absolute path of the tar; FileEntry.offset points into it. */
  readonly blob: string;
  readonly index: LayerIndex;
}

/** The entries of a layer, as data. All lists are sorted by path in byte order. */
export interface LayerIndex {
  readonly entries: readonly Entry[];
  /** Paths that the layer removes from the tree below (with everything under them). */
  readonly whiteouts: readonly string[];
  /** Directories whose content below is hidden entirely. */
  readonly opaque: readonly string[];
}

type WithoutPlace<T> = T extends { readonly type: "file" }
  ? Omit<T, "offset" | "size" | "runs" | "hardLink">
  : T;

/** An entry as a stage hands it in: the writer gives a file its size and place. */
export type NewEntry = WithoutPlace<Entry>;

/** Where a new file's bytes come from. */
export type FileContent =
  | { readonly bytes: Uint8Array }
  /** A regular file on the host, taken whole; its holes are kept as holes. */
  | { readonly file: string }
  /** `size` bytes must follow; with `runs`, the runs' bytes back to back. */
  | {
      readonly stream: AsyncIterable<Uint8Array>;
      readonly size: number;
      readonly runs?: readonly (readonly [number, number])[] | undefined;
    }
  /** A further name for a file already added to this layer. */
  | { readonly hardLink: string };

/** Builds one layer. Missing parent directories are NOT invented: the tree gives them 0755 root:root. */
export interface LayerWriter {
  /** Later entries with the same path win. Rejects with Failure `bad-path` for a path outside the tree. */
  add(entry: NewEntry, content?: FileContent): Promise<void>;
  whiteout(path: string): void;
  opaque(path: string): void;
}
