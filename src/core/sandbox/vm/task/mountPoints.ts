import { Failure } from "../../../failure.ts";
import type { Tree } from "../../../tree/tree.ts";

/**
 * Where in the tree something is mounted that the command shall see at `path`: links on the way are followed as the
 * command would follow them. What is missing there has to be made.
 * @param path absolute.
 * @returns without leading slash; "" for the root.
 * @throws Failure `mount-in-the-way` when a file, or a link to nothing, is there.
 */
export function mountPoint(tree: Tree, path: string, isFolder: boolean): string {
  const names = path.split("/").filter(each => each !== "" && each !== ".");
  let at = "";
  for (const [index, name] of names.entries()) {
    const next = at === "" ? name : `${at}/${name}`;
    const found = tree.resolve(next);
    const isLast = index === names.length - 1;
    if (found?.type === "directory" && (isFolder || !isLast)) at = found.path;
    else if (found && found.type !== "directory" && isLast && !isFolder) at = found.path;
    else if (!found && !tree.get(next)) at = next;
    else throw inTheWay(path, next, found?.type ?? "link to nothing");
  }
  return at;
}

function inTheWay(path: string, at: string, what: string): Failure {
  return new Failure(
    "mount-in-the-way",
    `Nothing can be mounted at ${path}: /${at} of the tree is a ${what}.`,
    {
      advice: "Choose another place, or remove what is there in an earlier stage.",
    },
  );
}
