import { MiB } from "../../../../shared/bytes.ts";
import { findPlaces } from "../../namespaces/places.ts";
import type { SandboxTask } from "../../sandbox.ts";
import type { SandboxUser } from "../../sandboxUser.ts";
import { type Cover, environmentOf, targetFolder } from "../../surroundings.ts";
import type { CopiedMount } from "../disks/mountsDisk.ts";
import type { TaskPlan } from "./taskPlan.ts";

/** What stays for the guest's own kernel and scripts. */
const reservedMiB = 128;
// Programs that are not the tree's need these around themselves.
const toolsCovers: readonly Cover[] = [
  { path: "/dev", what: "dev", mode: 0o755 },
  { path: "/proc", what: "proc", mode: 0o555 },
  { path: "/sys", what: "empty", mode: 0o555 },
  { path: "/run", what: "empty", mode: 0o755 },
  { path: "/tmp", what: "empty", mode: 0o1777 },
];

/**
 * Lays down what the guest's scripts do for a task.
 * @param memory of the guest, MiB.
 * @throws Failure `mount-in-the-way`.
 */
export function planTask(
  task: SandboxTask,
  user: SandboxUser,
  copied: readonly CopiedMount[],
  memory: number,
): TaskPlan {
  const treeIsRoot = task.system === "tree";
  const mounts = copied.map(({ to, isFolder }) => ({ from: "", to, isFolder }));
  const places = findPlaces(task, mounts, treeIsRoot ? "" : targetFolder);
  return {
    ...places,
    treeIsRoot,
    covers: treeIsRoot ? places.covers : [...toolsCovers, ...places.covers],
    keepsLostFound: task.tree.get("lost+found") !== undefined,
    user,
    command: task.command,
    env: environmentOf(task, user),
    cwd: task.cwd ?? "/",
    network: task.network === true,
    memory: Math.max(reservedMiB, memory - reservedMiB) * MiB,
  };
}
