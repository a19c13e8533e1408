import type { Entry } from "../../tree/entry.ts";
import type { OutputContext } from "../output.ts";

/**
 * What the tree lacks of /dev/console. The kernel opens it for init before anything could make it: without it, init
 * has no input and no output.
 */
export function consoleEntries(context: Pick<OutputContext, "tree" | "clock" | "log">): readonly Entry[] {
  const { tree, clock, log } = context;
  if (tree.resolve("dev/console")) return [];
  const folder = tree.get("dev");
  if (folder && folder.type !== "directory") return [];
  log("Added /dev/console (0600, 5:1): the kernel opens it for init's messages.");
  const owner = { uid: 0, gid: 0, mtime: clock };
  const node: Entry = { type: "char", path: "dev/console", mode: 0o600, major: 5, minor: 1, ...owner };
  return folder ? [node] : [{ type: "directory", path: "dev", mode: 0o755, ...owner }, node];
}
