import { Failure } from "../../failure.ts";
import type { LayerWriter } from "../../tree/layer.ts";
import { readTreeFile, type TreeFile } from "../../tree/readFile.ts";
import type { Tree } from "../../tree/tree.ts";

/**
 * A text file of the tree that is to be edited. Its text has one character for each byte (latin1), so that what is not
 * edited stays byte for byte; what goes in passes through storedText().
 */
export interface TreeText {
  /** Where the file really lies, links followed; where it will be made when there is none. */
  readonly path: string;
  /** Undefined when there is no such file. */
  readonly text: string | undefined;
  readonly entry: TreeFile | undefined;
}

const largest = 16 * 1024 * 1024;

/** @throws Failure `not-a-text-file` when something else than a file is there, or one far too large. */
export async function textAt(tree: Tree, path: string): Promise<TreeText> {
  const entry = tree.resolve(path);
  if (!entry) return { path, text: undefined, entry };
  if (entry.type !== "file" || entry.size > largest) {
    const what = entry.type === "file" ? `a file of ${entry.size} bytes` : `a ${entry.type}`;
    throw new Failure(
      "not-a-text-file",
      `/${path} is ${what} in the tree below, so that it cannot be edited.`,
      {
        advice: "Remove it with the stage `remove` first, or leave this stage out.",
      },
    );
  }
  return { path: entry.path, text: (await readTreeFile(entry)).toString("latin1"), entry };
}

/** A new piece of text in the form that TreeText has. */
export function storedText(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** The owner and mode of a file that is not there yet. */
export interface NewFileLook {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Puts an edited text into the layer, with the owner, mode and attributes that the file has. Does nothing when the
 * text is as it was.
 */
export async function putText(
  { path, text: before, entry }: TreeText,
  text: string,
  { layer, clock }: { readonly layer: LayerWriter; readonly clock: number },
  look: NewFileLook = {},
): Promise<void> {
  if (before === text) return;
  const { mode, uid, gid, xattrs } = entry ?? { mode: 0o644, uid: 0, gid: 0, ...look, xattrs: undefined };
  const made = { type: "file", path, mode, uid, gid, mtime: clock, ...(xattrs && { xattrs }) } as const;
  await layer.add(made, { bytes: Buffer.from(text, "latin1") });
}

/** A text without its last line break, as lines; none for an empty text. */
export function linesOf(text: string | undefined): string[] {
  if (text === undefined || text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

/** The lines as a text in which each ends with a line break. */
export function textOf(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join("");
}
