import type { NewEntry } from "../../tree/layer.ts";
import type { TreeEntry } from "../../tree/tree.ts";
import { keptAttributes } from "./captureScripts.ts";

type Attributes = Readonly<Record<string, string>>;

/**
 * Whether an entry of the tree is the same but for a file's content and names.
 * @param touched its time is no more than the mark that somebody wrote to it; such times do not count.
 */
export function sameEntry(entry: NewEntry, below: TreeEntry, touched: boolean): boolean {
  if (entry.type !== below.type) return false;
  if (entry.uid !== below.uid || entry.gid !== below.gid) return false;
  // Links have no mode of their own.
  if (entry.type !== "symlink" && entry.mode !== below.mode) return false;
  if (entry.type === "symlink" && below.type === "symlink" && entry.target !== below.target) return false;
  if (entry.type !== "directory" && !touched && entry.mtime !== below.mtime) return false;
  return sameAttributes(kept(entry.xattrs), kept(below.xattrs));
}

/** Those that a sandbox sets and reads; others cannot be told from lost ones. */
function kept(attributes: Attributes = {}): Attributes {
  const isKept = (name: string) =>
    keptAttributes.some(each => (each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : name === each));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isKept(name)));
}

function sameAttributes(left: Attributes, right: Attributes): boolean {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every(name => left[name] === right[name]);
}
