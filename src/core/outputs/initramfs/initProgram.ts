import type { Tree } from "../../tree/tree.ts";

/** What the kernel looks for, in its order, when it is told nothing else. */
const usualPrograms = ["sbin/init", "etc/init", "bin/init", "bin/sh"] as const;

/** The first program among the kernel's usual ones that the tree has, as an absolute path. */
export function usualInit(tree: Tree): string | undefined {
  const found = usualPrograms.find(path => isProgram(tree, path));
  return found && `/${found}`;
}

/** True when `path` leads, also over symlinks, to a regular file that may be executed. */
export function isProgram(tree: Tree, path: string): boolean {
  const entry = tree.resolve(path);
  return entry?.type === "file" && (entry.mode & 0o111) !== 0;
}

/** What a person reads when a tree has nothing to start. */
export function noInitMessage(first: readonly string[]): string {
  const looked = [...first, ...usualPrograms.map(path => `/${path}`)].join(", ");
  return `no-init: the image has no program to start: the kernel looks for ${looked}, executable, and finds none.`;
}
