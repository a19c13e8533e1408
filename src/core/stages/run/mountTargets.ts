import { posix } from "node:path";
import type { Place } from "../stage.ts";

/** A file or folder of the host, and its place, as a recipe writes it. */
interface WrittenMount {
  readonly from: string;
  readonly to: string;
}

/** Covered while a script runs by something that the sandbox needs there. */
const taken = ["/dev", "/proc", "/sys", "/run/whittle"];
/** The script and its surroundings are in these: nothing can take their place as a whole. */
const needed = ["/", "/run"];

/**
 * Checks where mounts shall go.
 * @param followed where they go when links of the tree are followed; default as they are written.
 * @throws Failure `run-mount-target`.
 */
export function checkMountTargets(
  mounts: readonly WrittenMount[],
  place: Pick<Place, "fail">,
  followed: readonly string[] = mounts.map(({ to }) => to),
): void {
  const targets = followed.map(plain);
  for (const [index, target] of targets.entries()) {
    const written = mounts[index]?.to ?? target;
    const shown = plain(written) === target ? written : `${written} (which leads to ${target})`;
    const fail = (why: string, advice: string) =>
      place.fail("run-mount-target", `Nothing can be mounted at ${shown}: ${why}.`, {
        at: ["mounts", index, "to"],
        advice,
      });
    const above = taken.find(each => isBelow(target, each)) ?? needed.find(each => each === target);
    if (above !== undefined) {
      const why = above === "/" ? "that is the whole tree" : `the sandbox has its own ${above}`;
      throw fail(why, "Choose a folder of its own, such as /mnt/input, /opt/input or /tmp/input.");
    }
    const other = targets.findIndex(
      (each, at) => at < index && (isBelow(each, target) || isBelow(target, each)),
    );
    if (other < 0) continue;
    const second = mounts[other]?.to ?? "";
    throw fail(
      `${second} is mounted as well, and one would cover the other`,
      "Give each a place outside the other.",
    );
  }
}

/** Whether a path is another one or lies in it; both as plain() gives them. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** An absolute path without needless parts, and without a slash at its end. */
export function plain(path: string): string {
  const normal = posix.resolve("/", path);
  return normal === "" ? "/" : normal;
}
