import { createLayerBuilder } from "../../../tree/layerBuilder.ts";
import { comparePaths } from "../../../tree/order.ts";
import { stackLayers } from "../../../tree/stack.ts";
import type { Tree } from "../../../tree/tree.ts";
import type { OutputContext } from "../../output.ts";
import { partOfTree, withEntries } from "./partOfTree.ts";
import type { Extra } from "./planExtras.ts";

/** What goes onto each partition. */
export interface Parts {
  readonly root: Tree;
  readonly extras: ReadonlyMap<Extra, Tree>;
}

/**
 * Deals out the tree among the root and the extra partitions, each with the folders that others are mounted on while
 * it is itself mounted.
 * @throws Failure `disk-extra` where such a folder cannot be made, located
 */
export async function partsOf(tree: Tree, extras: readonly Extra[], context: OutputContext): Promise<Parts> {
  const parts = new Map<Extra, Tree>();
  const empty = withEntries(tree, []);
  for (const extra of extras) {
    const part = extra.from === undefined ? empty : partOfTree(tree, extra.from, extras);
    parts.set(extra, await withFolders(part, extra, extras, context));
  }
  return { root: await withFolders(partOfTree(tree, "", extras), undefined, extras, context), extras: parts };
}

/** @param home undefined for the root */
async function withFolders(
  part: Tree,
  home: Extra | undefined,
  extras: readonly Extra[],
  context: OutputContext,
): Promise<Tree> {
  const missing = new Set<string>();
  for (const extra of extras) {
    const { mount } = extra;
    if (mount === undefined || mountedBelow(mount, extras) !== home) continue;
    const path = mount.slice(home?.mount === undefined ? 0 : home.mount.length + 1);
    for (const folder of wayTo(path)) {
      const known = part.get(folder);
      if (known === undefined) missing.add(folder);
      else if (known.type !== "directory") throw noFolder(extra, folder, home, context);
    }
  }
  if (missing.size === 0) return part;
  const { clock, signal } = context;
  const builder = createLayerBuilder({ folder: await context.scratch(), clock });
  const entry = { type: "directory", mode: 0o755, uid: 0, gid: 0, mtime: clock } as const;
  for (const path of missing) await builder.add({ ...entry, path });
  const { entries } = stackLayers([await builder.finish(signal)]);
  const all = [...part.entries, ...entries.filter(({ path }) => missing.has(path))];
  return withEntries(
    part,
    all.sort((a, b) => comparePaths(a.path, b.path)),
  );
}

/** The partition on which the folder for a mount lies: the innermost of those mounted above it. */
function mountedBelow(path: string, extras: readonly Extra[]): Extra | undefined {
  return extras
    .filter(({ mount }) => mount !== undefined && path.startsWith(`${mount}/`))
    .sort((a, b) => (b.mount?.length ?? 0) - (a.mount?.length ?? 0))[0];
}

/** `a`, `a/b` and `a/b/c` for `a/b/c`. */
function wayTo(path: string): readonly string[] {
  const names = path.split("/");
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

function noFolder(extra: Extra, path: string, home: Extra | undefined, context: OutputContext) {
  const where = home === undefined ? `/${path}` : `/${home.mount}/${path} on the partition ${home.label}`;
  return context.fail("disk-extra", `/${extra.mount} cannot be mounted: ${where} is no folder.`, {
    at: ["extra", extra.index, "mount"],
    advice: "Name another folder, or remove the file in the recipe.",
  });
}
