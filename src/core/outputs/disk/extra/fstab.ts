import { readTreeFile } from "../../../tree/readFile.ts";
import type { Tree } from "../../../tree/tree.ts";

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
  readonly content: string;
}

/**
 * @returns undefined where nothing is to be added, or where /etc/fstab is no file
 */
export async function fstabWith(tree: Tree, mounts: readonly Mount[]): Promise<Fstab | undefined> {
  const file = tree.resolve("etc/fstab");
  if ((file ?? tree.get("etc/fstab")) && file?.type !== "file") return undefined;
  const before = file?.type === "file" ? (await readTreeFile(file)).toString("utf8") : "";
  const known = before
    .split("\n")
    .map(line => line.trim().split(/\s+/))
    .filter(([first = ""]) => first !== "" && !first.startsWith("#"));
  const lines = [...mounts]
    .filter(mount => !known.some(fields => says(fields, mount)))
    .sort((a, b) => ((a.path ?? "~") < (b.path ?? "~") ? -1 : 1))
    .map(fstabLine);
  if (lines.length === 0) return undefined;
  const ended = before === "" || before.endsWith("\n") ? before : `${before}\n`;
  return { path: file?.path ?? "etc/fstab", content: `${ended}${lines.join("\n")}\n` };
}

export function fstabLine({ uuid, path, type }: Mount): string {
  if (path === undefined) return `UUID=${uuid} none swap sw 0 0`;
  return `UUID=${uuid} ${path} ${type} defaults 0 ${type === "btrfs" ? 0 : 2}`;
}

/** Whether a line is about the same place already. */
function says([source, path]: readonly string[], mount: Mount): boolean {
  if (mount.path === undefined) return source === `UUID=${mount.uuid}`;
  return path?.replace(/(?<=.)\/+$/, "") === mount.path;
}
