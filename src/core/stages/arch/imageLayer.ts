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

/**
 * A layer without what is different in each installation: pacman's records get the fixed clock, and the machine's id
 * is left for the first boot to make.
 * @param facts by name and version (`NAME-VERSION`), what pacman could not know.
 */
export function imageLayer(
  layer: LayerWriter,
  clock: number,
  facts: ReadonlyMap<string, RecordFacts>,
): LayerWriter {
  return {
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
