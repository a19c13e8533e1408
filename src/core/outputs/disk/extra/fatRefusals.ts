import { Failure } from "../../../failure.ts";
import { nameOf, parentOf } from "../../../tree/path.ts";
import type { Tree, TreeEntry } from "../../../tree/tree.ts";

/** A FAT counts the bytes of a file in 32 bits. */
export const mostFatFile = 2 ** 32 - 1;
const refusedInNames = /["*:<>?\\|\p{Cc}]|[. ]$/u;

/**
 * Looks for what a FAT cannot hold.
 * @throws Failure `disk-entry`, `fat-file-too-large`, naming the entry
 */
export function checkForFat(tree: Pick<Tree, "entries">): void {
  const names = new Set<string>();
  for (const entry of tree.entries) {
    if (entry.type !== "file" && entry.type !== "directory")
      throw refused(entry, `it holds no ${words[entry.type]}`);
    if (refusedInNames.test(nameOf(entry.path))) throw refused(entry, "it takes no such name");
    const folded = `${parentOf(entry.path)}/${nameOf(entry.path).toLowerCase()}`;
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

const words = { symlink: "links", char: "devices", block: "devices", fifo: "fifos" } as const;

function refused(entry: TreeEntry, why: string): Failure {
  return new Failure("disk-entry", `/${entry.path} cannot be written to a vfat: ${why}.`, {
    advice: "Remove or rename it in the recipe, or write filesystem: ext4 for the partition.",
  });
}
