import type { Entry } from "./entry.ts";
import type { Layer } from "./layer.ts";

/** An entry of the tree together with the layer that holds its bytes. */
export type TreeEntry = Entry & {
  readonly layer: Layer;
  /** Index, in the stack, of the stage whose layer put the entry here. */
  readonly stage: number;
};

/** What one stage did to the tree below it, in bytes of file content. */
export interface LayerEffect {
  readonly addedBytes: number;
  readonly removedBytes: number;
}

/** The file tree that results from a stack of layers: an index in memory, no bytes. */
export interface Tree {
  /** Sorted by path in byte order; every parent directory precedes its children and exists. */
  readonly entries: readonly TreeEntry[];
  /** One per stage of the stack, bottom first. */
  readonly effects: readonly LayerEffect[];
  /** The entry at `path` (no leading slash); symlinks are not followed. */
  get(path: string): TreeEntry | undefined;
  /** Like get(), but follows symlinks inside the tree, at most 40 of them, never above the root. */
  resolve(path: string): TreeEntry | undefined;
  children(path: string): readonly TreeEntry[];
}
