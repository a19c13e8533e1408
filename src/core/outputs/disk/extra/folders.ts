import type { Failure } from "../../../failure.ts";
import type { Tree, TreeEntry } from "../../../tree/tree.ts";
import type { OutputContext } from "../../output.ts";
import type { Extra } from "./planExtras.ts";

type Refuse = (field: string, code: string, message: string, advice: string) => Failure;

// A program that starts the others needs these before it mounts anything.
const neededFirst = /^(etc|bin|sbin|lib[0-9x]*|dev|proc|sys|run)$/;
const neededInUsr = /^usr(\/(bin|sbin|lib[0-9x]*))?$/;

/**
 * The folder whose content a partition gets, without a leading slash.
 * @throws Failure `disk-extra`, located
 */
export function checkedFrom(given: string, refuse: Refuse, { tree }: OutputContext): string {
  const path = withoutSlashes(given);
  if (path === "")
    throw refuse("from", "disk-extra", "The whole image is the root.", "Name a folder below it.");
  const entry = tree.get(path);
  if (entry?.type === "directory") {
    if (!neededFirst.test(path) && !(neededInUsr.test(path) && isMerged(tree))) return path;
    throw refuse(
      "from",
      "disk-extra",
      `Nothing starts without what lies in /${path}, which is there only once its partition is mounted.`,
      "Leave it on the root, and name another folder, such as /home, /srv or /var.",
    );
  }
  const what = entry ? `/${path} is no folder` : `The image has no /${path}`;
  const target = entry?.type === "symlink" ? tree.resolve(path) : undefined;
  const advice =
    target?.type === "directory"
      ? `Write from: /${target.path}.`
      : "Name a folder that a stage makes, or remove from.";
  throw refuse("from", "disk-extra", `${what}.`, advice);
}

function isMerged(tree: Tree): boolean {
  return ["bin", "sbin", "lib"].some(path => tree.get(path)?.type === "symlink");
}

/**
 * Where the image mounts a partition, links followed, without a leading slash.
 * @throws Failure `disk-extra`, located
 */
export function checkedMount(given: string, refuse: Refuse, { tree }: OutputContext): string {
  if (/\p{Cc}/u.test(given))
    throw refuse("mount", "disk-extra", "The path has a control character.", "Write it without.");
  if (given.split("/").includes(".."))
    throw refuse("mount", "disk-extra", `${given} contains "..".`, "Write the path from the image's root.");
  const { path, obstacle } = realPath(tree, given);
  if (path === "")
    throw refuse("mount", "disk-extra", "The root is mounted on /.", "Name a folder below it.");
  if (obstacle) {
    const message = `${given} cannot be mounted: /${obstacle.path} is no folder.`;
    throw refuse("mount", "disk-extra", message, "Name another folder.");
  }
  return path;
}

/** The path with links followed as far as the tree leads. The obstacle is what lies there or on the way, but is no folder. */
export function realPath(
  tree: Tree,
  given: string,
): { readonly path: string; readonly obstacle: TreeEntry | undefined } {
  let path = "";
  let obstacle: TreeEntry | undefined;
  for (const name of withoutSlashes(given).split("/").filter(Boolean)) {
    const next = path === "" ? name : `${path}/${name}`;
    const entry = tree.resolve(next);
    const found = entry ?? tree.get(next);
    if (found && found.type !== "directory") obstacle ??= found;
    path = entry?.path ?? next;
  }
  return { path, obstacle };
}

/** @throws Failure `disk-extra` where two partitions are for one folder, located */
export function checkDistinct(planned: readonly Extra[], context: OutputContext): void {
  for (const field of ["from", "mount"] as const) {
    const seen = new Set<string>();
    for (const each of planned) {
      const path = each[field];
      if (path === undefined) continue;
      if (seen.has(path)) {
        throw context.fail("disk-extra", `Two partitions are for /${path}.`, {
          at: ["extra", each.index, field],
          advice: "Name another folder, or remove one of them.",
        });
      }
      seen.add(path);
    }
  }
}

/** A path of the image as trees have it. */
export function withoutSlashes(path: string): string {
  return path
    .split("/")
    .filter(part => part !== "" && part !== ".")
    .join("/");
}
