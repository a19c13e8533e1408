import type { Entry } from "../../tree/entry.ts";
import type { OutputContext } from "../output.ts";

/** The folder above all others: where an archive does not say, the kernel lets everybody write to it. */
export function rootEntry({ clock }: Pick<OutputContext, "clock">): Entry {
  return { type: "directory", path: ".", mode: 0o755, uid: 0, gid: 0, mtime: clock };
}
