import type { NewEntry } from "../../tree/layer.ts";
import { nameOf, parentOf } from "../../tree/path.ts";
import type { TarMember } from "../../tree/tarReadMember.ts";
import { refused } from "./refused.ts";

/** What the archive has brought so far, to see when a later entry would end up elsewhere than its name says. */
export class SeenEntries {
  readonly #entries = new Map<string, NewEntry>();
  /** Directories that have entries below them, whether or not they have an entry of their own. */
  readonly #parents = new Set<string>([""]);

  get(path: string): NewEntry | undefined {
    return this.#entries.get(path);
  }

  /** @throws Failure `archive-refused` when something other than a directory lies above `path`. */
  checkPlace(member: TarMember, path: string): void {
    if (nameOf(path).startsWith(".wh.")) {
      throw refused(
        member,
        "names that begin with .wh. mark removed files in image layers and cannot be unpacked",
      );
    }
    const parent = parentOf(path);
    if (this.#parents.has(parent)) return;
    this.checkPlace(member, parent);
    const above = this.#entries.get(parent);
    if (above && above.type !== "directory") {
      const what =
        above.type === "symlink" ? `a symlink to ${JSON.stringify(above.target)}` : "not a directory";
      throw refused(member, `it lies under ${JSON.stringify(parent)}, which is ${what} in the same archive`);
    }
    this.#parents.add(parent);
  }

  /** @throws Failure `archive-refused` when `entry` would take the place of a directory that holds something. */
  put(member: TarMember, entry: NewEntry): void {
    if (entry.type !== "directory" && this.#parents.has(entry.path)) {
      throw refused(member, "it would take the place of a directory with entries from the same archive");
    }
    this.#entries.set(entry.path, entry);
  }
}
