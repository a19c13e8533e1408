import { Failure } from "../../../failure.ts";
import { nameOf, parentOf } from "../../../tree/path.ts";
import type { Tree, TreeEntry } from "../../../tree/tree.ts";
import { recordsOf } from "./fatRecords.ts";

/** A FAT counts the bytes of a file in 32 bits. */
export const mostFatFile = 2 ** 32 - 1;
// It counts sectors of 512 bytes in 32 bits as well.
const mostFatBytes = (2 ** 32 - 1) * 512;
// Devices to Windows and mtools, whatever type is behind them.
const deviceNames = /^(con|prn|aux|nul|clock\$|com[0-9]|lpt[0-9])(\.|$)/i;
// A folder has 2 MiB: Linux reads no more. Two records are for itself and the one above.
const mostRecords = 2 ** 16 - 2;
const refusedInNames = /["*:<>?\\|\p{Cc}]|[. ]$/u;

/**
 * Looks for what a FAT cannot hold.
 * @throws Failure `disk-entry`, `fat-file-too-large`, naming the entry
 */
export function checkForFat(tree: Pick<Tree, "entries">): void {
  const names = new Set<string>();
  const counts = new Map<string, number>();
  for (const entry of tree.entries) {
    if (entry.type !== "file" && entry.type !== "directory")
      throw refused(entry, `it holds no ${words[entry.type]}`);
    if (refusedInNames.test(nameOf(entry.path))) throw refused(entry, "it takes no such name");
    if (deviceNames.test(nameOf(entry.path)))
      throw refused(entry, "on other systems the name means a device");
    const folder = parentOf(entry.path);
    const count = (counts.get(folder) ?? 0) + recordsOf(nameOf(entry.path));
    if (count > mostRecords) throw refused(entry, "the folder holds no more names of this length");
    counts.set(folder, count);
    const folded = `${folder}/${nameOf(entry.path).toLowerCase()}`;
    if (names.has(folded)) throw refused(entry, "another name there differs in capitals alone");
    names.add(folded);
    if (entry.type !== "file" || entry.size <= mostFatFile) continue;
    throw new Failure(
      "fat-file-too-large",
      `/${entry.path} has 4 GiB or more, which no file on a vfat can have.`,
      {
        advice: "Write filesystem: ext4 for the partition, or split the file.",
      },
    );
  }
}

/** @throws Failure `disk-too-large` */
export function checkFatSize(bytes: number): void {
  if (bytes <= mostFatBytes) return;
  throw new Failure("disk-too-large", "A vfat has less than 2 TiB.", {
    advice: "Ask for less, or write filesystem: ext4.",
  });
}

const words = { symlink: "links", char: "devices", block: "devices", fifo: "fifos" } as const;

function refused(entry: TreeEntry, why: string): Failure {
  return new Failure("disk-entry", `/${entry.path} cannot be written to a vfat: ${why}.`, {
    advice: "Remove or rename it in the recipe, or write filesystem: ext4 for the partition.",
  });
}
