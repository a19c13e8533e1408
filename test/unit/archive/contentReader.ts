import { readFileSync } from "node:fs";
import type { Layer } from "../../../src/core/tree/layer.ts";

/** Reads files out of a layer's tar by its index, as every consumer of a layer does. */
export function contentReader(layer: Layer): (path: string) => Buffer {
  return path => {
    const entry = layer.index.entries.find(each => each.path === path);
    if (entry?.type !== "file") throw new Error(`The layer has no file ${path}.`);
    const blob = readFileSync(layer.blob);
    const content = Buffer.alloc(entry.size);
    let at = entry.offset;
    for (const [offset, length] of entry.runs ?? [[0, entry.size] as const]) {
      blob.copy(content, offset, at, at + length);
      at += length;
    }
    return content;
  };
}
