import { nameOf } from "../../tree/path.ts";
import type { Tree } from "../../tree/tree.ts";

/** What starts the system of a tree. */
export type InitSystem = "systemd" | "openrc" | "busybox" | "sysvinit" | "other" | "none";

const isFile = (tree: Tree, path: string): boolean => tree.resolve(path)?.type === "file";

/** Tells by its programs what starts the system; OpenRC before BusyBox, which Alpine has as well. */
export function initSystem(tree: Tree): InitSystem {
  if (["usr/lib/systemd/systemd", "lib/systemd/systemd"].some(path => isFile(tree, path))) return "systemd";
  if (["sbin/openrc", "usr/bin/openrc", "usr/sbin/openrc"].some(path => isFile(tree, path))) return "openrc";
  const init = tree.resolve("sbin/init") ?? tree.resolve("init");
  if (init?.type !== "file") return "none";
  if (nameOf(init.path) === "busybox") return "busybox";
  return isFile(tree, "etc/inittab") ? "sysvinit" : "other";
}

const sentences: Readonly<Record<InitSystem, string>> = {
  systemd: "The tree below is started by systemd.",
  openrc: "The tree below is started by OpenRC.",
  busybox: "The tree below is started by BusyBox.",
  sysvinit: "The tree below is started by an init with /etc/inittab (sysvinit).",
  other: "The tree below has an /sbin/init that is not systemd.",
  none: "The tree below has no /sbin/init at all.",
};

/** A sentence that says what starts the system. */
export function describeInit(init: InitSystem): string {
  return sentences[init];
}

/** Whether Debian's ways hold: a dpkg database, or the file that names its release. */
export function isDebian(tree: Tree): boolean {
  return tree.resolve("var/lib/dpkg") !== undefined || tree.resolve("etc/debian_version") !== undefined;
}
