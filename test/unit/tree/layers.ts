import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Layer, NewEntry } from "../../../src/core/tree/layer.ts";
import { createLayerBuilder, type LayerBuilder } from "../../../src/core/tree/layerBuilder.ts";

const base = { uid: 0, gid: 0, mtime: 0 };

export function file(path: string, more: Partial<NewEntry> = {}): NewEntry {
  return { ...base, mode: 0o644, ...more, type: "file", path };
}

export function folder(path: string, more: Partial<NewEntry> = {}): NewEntry {
  return { ...base, mode: 0o755, ...more, type: "directory", path };
}

export function link(path: string, target: string): NewEntry {
  return { ...base, mode: 0o777, type: "symlink", path, target };
}

export function text(content: string): { bytes: Uint8Array } {
  return { bytes: Buffer.from(content) };
}

/** An empty folder that goes away with the running test. */
export function tempFolder(): string {
  const made = mkdtempSync(join(tmpdir(), "whittle-test-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A layer from what `write` adds, in a folder that goes away with the running test. */
export async function layerOf(
  write: (layer: LayerBuilder) => unknown,
  into: string = tempFolder(),
): Promise<Layer> {
  const builder = createLayerBuilder({ folder: into, clock: 0 });
  await write(builder);
  return builder.finish(new AbortController().signal);
}

/** A layer of small files: path to content; a path that ends in a slash is a folder, `a -> b` a link. */
export function filesLayer(files: Readonly<Record<string, string>>): Promise<Layer> {
  return layerOf(async layer => {
    for (const [path, content] of Object.entries(files)) {
      if (path.endsWith("/")) await layer.add(folder(path));
      else if (content.startsWith("-> ")) await layer.add(link(path, content.slice(3)));
      else await layer.add(file(path), text(content));
    }
  });
}
