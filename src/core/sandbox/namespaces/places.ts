import { posix } from "node:path";
import type { Tree } from "../../tree/tree.ts";
import type { SandboxTask } from "../sandbox.ts";
import { type Cover, coversOf, targetFolder } from "../surroundings.ts";
import { mountPoint } from "../vm/task/mountPoints.ts";

/** Something of the host to show inside, read only. */
export interface HostMount {
  /** As it is called where bubblewrap runs. */
  readonly from: string;
  /** Absolute, as the command sees it. */
  readonly to: string;
  readonly isFolder: boolean;
}

/** Where everything goes that is mounted for a command; all paths absolute, as bubblewrap shall mount it. */
export interface Places {
  readonly covers: readonly Cover[];
  readonly mounts: readonly HostMount[];
  /** Where the list of name servers goes. */
  readonly resolver: string | undefined;
  /** What has to be made in the tree first, folders before what is in them. */
  readonly made: readonly (readonly ["folder" | "file", string])[];
}

/**
 * Finds the places of covers and mounts in the tree. Links on the way are followed as the command would follow them.
 * @param prefix where the tree lies for bubblewrap: "" or `/target`.
 * @throws Failure `mount-in-the-way`.
 */
export function findPlaces(task: SandboxTask, mounts: readonly HostMount[], prefix: string): Places {
  const { system, tree } = task;
  const made = new Map<string, "folder" | "file">();
  const covered: string[] = [];
  const inTree = (path: string, isFolder: boolean): string => {
    const at = mountPoint(tree, path, isFolder);
    if (!covered.some(cover => at.startsWith(`${cover}/`))) noteMissing(tree, at, isFolder, made);
    return `${prefix}/${at}`;
  };
  // As the command sees it; a path outside of the tree stays as it is.
  const place = (path: string, isFolder: boolean): string => {
    if (system === "tree") return inTree(path, isFolder);
    const inTarget = path === targetFolder || path.startsWith(`${targetFolder}/`);
    return inTarget ? inTree(path.slice(targetFolder.length) || "/", isFolder) : path;
  };
  const covers = coversOf(system).map(cover => {
    const path = place(cover.path, true);
    covered.push(path.slice(prefix.length + 1));
    return { ...cover, path };
  });
  return {
    covers,
    mounts: mounts.map(mount => ({ ...mount, to: place(mount.to, mount.isFolder) })),
    resolver: task.network === true ? resolverPlace(tree, system, inTree) : undefined,
    made: [...made].map(([path, what]) => [what, path] as const),
  };
}

function noteMissing(
  tree: Tree,
  path: string,
  isFolder: boolean,
  made: Map<string, "folder" | "file">,
): void {
  const names = path.split("/");
  for (let count = 1; count <= names.length; count++) {
    const part = names.slice(0, count).join("/");
    if (part === "" || tree.get(part) || made.has(part)) continue;
    made.set(part, count < names.length || isFolder ? "folder" : "file");
  }
}

function resolverPlace(
  tree: Tree,
  system: SandboxTask["system"],
  inTree: (path: string, isFolder: boolean) => string,
): string | undefined {
  const path = "etc/resolv.conf";
  if (system !== "tree") return `/${path}`;
  const entry = tree.get(path);
  if (entry?.type !== "symlink" || tree.resolve(path)) return inTree(`/${path}`, false);
  // A link into /run, as systemd-resolved wants it: nothing is there until the system runs.
  const target = posix.resolve("/etc", entry.target);
  return /^\/(run|tmp)\//.test(target) ? inTree(target, false) : undefined;
}
