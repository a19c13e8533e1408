import type { Entry } from "../../../src/core/tree/entry.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";

export const owned = { uid: 0, gid: 0, mtime: 0 };

/** A tree of layers without bytes: only what the index says is ever asked for. */
export function treeOf(...layers: (readonly Entry[])[]): Tree {
  return stackLayers(
    layers.map((entries, number): Layer => {
      const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
      const index = { entries: sorted, whiteouts: [], opaque: [] };
      return { digest: `layer${number}`, bytes: 0, blob: `/nowhere/${number}.tar`, index };
    }),
  );
}

let place = 512;

export function file(path: string, size = 1, more: Partial<Extract<Entry, { type: "file" }>> = {}): Entry {
  place += 1024;
  return { type: "file", path, mode: 0o644, ...owned, size, offset: place, ...more };
}

export function directory(path: string): Entry {
  return { type: "directory", path, mode: 0o755, ...owned };
}

export function symlink(path: string, target: string): Entry {
  return { type: "symlink", path, mode: 0o777, ...owned, target };
}
