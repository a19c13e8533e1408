import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { nearestPathAdvice } from "../../tree/nearestPath.ts";
import type { Tree } from "../../tree/tree.ts";
import type { RunParameters } from "../run.ts";
import type { StageContext } from "../stage.ts";
import { isBelow, plain } from "./mountTargets.ts";

/** Folders that every sandbox has, whatever the tree has there. */
const own = ["/", "/dev", "/dev/shm", "/proc", "/run", "/run/lock", "/sys", "/tmp"];
const covered = ["/dev", "/proc", "/run", "/sys", "/tmp"];

/**
 * Looks whether the folder is there that the script is to start in.
 * @throws Failure `run-cwd-missing`.
 */
export function checkStartFolder(
  { cwd, mounts = [] }: Exclude<RunParameters, string>,
  tree: Tree,
  context: StageContext,
): void {
  if (cwd === undefined) return;
  const folder = plain(cwd);
  if (own.includes(folder)) return;
  const mount = mounts.find(({ to }) => isBelow(folder, plain(to)));
  if (mount) {
    const rest = folder.slice(plain(mount.to).length);
    if (existsSync(`${join(resolve(context.baseDir, mount.from), rest)}/.`)) return;
    throw missing(`${mount.from} has no such folder, and it is what the script finds at ${mount.to}.`);
  }
  // What the tree has there is hidden while the script runs.
  const cover = covered.find(each => isBelow(folder, each));
  if (cover !== undefined)
    throw missing(`The script finds an empty ${cover}; make the folder in the script.`);
  const found = tree.resolve(folder);
  if (found?.type === "directory") return;
  throw missing(
    found
      ? `The tree has a ${found.type} there.`
      : `Make it in an earlier stage, or in the script. ${nearestPathAdvice(tree, folder)}`,
  );

  function missing(advice: string) {
    const message = `There is no folder ${cwd} that the script could start in.`;
    return context.fail("run-cwd-missing", message, { at: ["cwd"], advice });
  }
}
