import { readTreeFile } from "../../../tree/readFile.ts";
import type { Tree } from "../../../tree/tree.ts";
import { realPath } from "./folders.ts";

/** What /etc/fstab is to say of a partition. */
export interface Mount {
  /** As in `UUID=...`. */
  readonly uuid: string;
  /** Absolute; undefined for swap. */
  readonly path: string | undefined;
  readonly type: string;
}

/** The image's /etc/fstab with lines for partitions that it does not know yet. */
export interface Fstab {
  /** Where it lies, without a leading slash. */
  readonly path: string;
  readonly content: Buffer;
}

/**
 * @returns undefined where nothing is to be added, or where /etc/fstab is no file
 */
export async function fstabWith(tree: Tree, mounts: readonly Mount[]): Promise<Fstab | undefined> {
  const file = tree.resolve("etc/fstab");
  if ((file ?? tree.get("etc/fstab")) && file?.type !== "file") return undefined;
  // Bytes as letters: what is there may be in any encoding, and stays as it is.
  const before = file?.type === "file" ? (await readTreeFile(file)).toString("latin1") : "";
  const known = before
    .split("\n")
    .map(line => line.replace(/^[ \t]+/, "").split(/[ \t\r]+/))
    .filter(([first = ""]) => first !== "" && !first.startsWith("#"));
  const lines = [...mounts]
    .filter(mount => !known.some(fields => says(fields, mount, tree)))
    .sort((a, b) => ((a.path ?? "~") < (b.path ?? "~") ? -1 : 1))
    .map(fstabLine);
  if (lines.length === 0) return undefined;
  const ended = before === "" || before.endsWith("\n") ? before : `${before}\n`;
  return {
    path: file?.path ?? "etc/fstab",
    content: Buffer.concat([Buffer.from(ended, "latin1"), Buffer.from(`${lines.join("\n")}\n`)]),
  };
}

export function fstabLine({ uuid, path, type }: Mount): string {
  if (path === undefined) return `UUID=${uuid} none swap sw 0 0`;
  return `UUID=${uuid} ${escaped(path)} ${type} defaults 0 ${type === "btrfs" ? 0 : 2}`;
}

/** Whether a line is about the same place already. */
function says([source, path]: readonly string[], mount: Mount, tree: Tree): boolean {
  if (mount.path === undefined) return source === `UUID=${mount.uuid}`;
  if (!path?.startsWith("/")) return false;
  const plain = path.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  return `/${realPath(tree, Buffer.from(plain, "latin1").toString("utf8")).path}` === mount.path;
}

/** As getmntent(3) reads it. */
function escaped(path: string): string {
  return path.replace(/[ \t\n\\]/g, letter => `\\${letter.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
