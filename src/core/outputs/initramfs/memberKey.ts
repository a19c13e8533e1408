import { createHash } from "node:crypto";
import type { TreeEntry } from "../../tree/tree.ts";
import type { Compression } from "../compress/compression.ts";

/** Names everything that decides the bytes of a member: the entries, where their content lies, the compression. */
export function memberKey(entries: readonly TreeEntry[], extra: string, compression: Compression): string {
  const hash = createHash("sha256");
  hash.update(`${JSON.stringify([compression, extra])}\n`);
  for (const entry of entries) hash.update(`${JSON.stringify(facts(entry))}\n`);
  return `initramfs member ${hash.digest("hex")}`;
}

function facts(entry: TreeEntry): readonly unknown[] {
  const { type, path, mode, uid, gid, mtime } = entry;
  return [type, path, mode, uid, gid, mtime, ...content(entry)];
}

function content(entry: TreeEntry): readonly unknown[] {
  switch (entry.type) {
    case "file":
      return [entry.layer.digest, entry.offset, entry.size, entry.runs];
    case "symlink":
      return [entry.target];
    case "char":
    case "block":
      return [entry.major, entry.minor];
    default:
      return [];
  }
}
