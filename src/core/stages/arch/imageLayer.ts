import type { FileContent, LayerWriter, NewEntry } from "../../tree/layer.ts";
import { type RecordFacts, recordOf } from "./packageRecord.ts";

// What belongs to the system that installed, not to the one that was installed.
const leftOut = [
  /^var\/lib\/pacman\/(?:sync(?:\/|$)|db\.lck$)/,
  /^var\/cache\/pacman\/pkg\/./,
  /^var\/log\/pacman\.log$/,
  // Holds inode numbers and times of the files that were looked at.
  /^var\/cache\/ldconfig\/aux-cache$/,
  /^var\/lib\/dbus\/machine-id$/,
  /^etc\/pacman\.d\/gnupg\/S\./,
];

// Something lies over them while packages are installed, so that what packages bring there is not seen.
const covered: Readonly<Record<string, number>> = { dev: 0o755, proc: 0o555, sys: 0o555 };

/** A layer that takes what pacman made, and is finished with what it could not make. */
export interface ImageLayer {
  readonly writer: LayerWriter;
  finish(): Promise<void>;
}

/**
 * A layer without what is different in each installation: pacman's records get the fixed clock, and the machine's id
 * is left for the first boot to make.
 * @param clock seconds since 1970.
 * @param facts by name and version (`NAME-VERSION`), what pacman could not know.
 */
export function imageLayer(
  layer: LayerWriter,
  clock: number,
  facts: ReadonlyMap<string, RecordFacts>,
): ImageLayer {
  const writer: LayerWriter = {
    async add(entry: NewEntry, content?: FileContent) {
      const { path } = entry;
      if (leftOut.some(pattern => pattern.test(path))) return;
      if (entry.type !== "file" || !content || "hardLink" in content) return layer.add(entry, content);
      if (path === "etc/machine-id") return layer.add(entry, { bytes: new Uint8Array() });
      const record = /^var\/lib\/pacman\/local\/([^/]+)\/desc$/.exec(path)?.[1];
      if (record === undefined) return layer.add(entry, content);
      const text = (await bytesOf(content)).toString("utf8");
      await layer.add(entry, { bytes: Buffer.from(recordOf(text, clock, facts.get(record))) });
    },
    whiteout: path => layer.whiteout(path),
    opaque: path => layer.opaque(path),
  };
  return {
    writer,
    async finish() {
      for (const [path, mode] of Object.entries(covered))
        await layer.add({ type: "directory", path, mode, uid: 0, gid: 0, mtime: clock });
    },
  };
}

async function bytesOf(content: Exclude<FileContent, { readonly hardLink: string }>): Promise<Buffer> {
  if ("bytes" in content) return Buffer.from(content.bytes);
  if ("file" in content) {
    const { readFile } = await import("node:fs/promises");
    return readFile(content.file);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of content.stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
