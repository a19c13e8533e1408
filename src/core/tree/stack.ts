import type { DirectoryEntry, Entry } from "./entry.ts";
import { followPath } from "./followLinks.ts";
import type { Layer } from "./layer.ts";
import { redirected } from "./layerRules.ts";
import { nameOf, parentOf } from "./path.ts";
import type { Tree } from "./tree.ts";
import {
  countAdded,
  createRoot,
  type Effect,
  type LinkGroup,
  removeBelow,
  removeNode,
  type TreeNode,
} from "./treeNode.ts";
import { treeOf } from "./treeView.ts";

/** What one stage gave: a layer, or several, bottom first (a container image's). */
export type StageLayers = Layer | readonly Layer[];

/**
 * The tree that a stack of layers gives, bottom first. Whiteouts take away what lower layers brought, entries
 * replace it; a directory merges with a directory. A link to a directory from a lower layer stays, and what comes
 * under it lands where it points to, as dpkg does it.
 * @throws Failure `bad-path` for an entry under a link of its own layer.
 */
export function stackLayers(stages: readonly StageLayers[]): Tree {
  const root = createRoot();
  let level = 0;
  const effects = stages.map((layers, stage) => {
    const effect: Effect = { addedBytes: 0, removedBytes: 0 };
    for (const layer of "index" in layers ? [layers] : layers) {
      applyLayer(root, layer, { stage, level, effect });
      level += 1;
    }
    return effect;
  });
  return treeOf(root, effects);
}

/** Where in the stack a layer is, and what its stage did so far. */
interface Position {
  readonly stage: number;
  /** Index of the layer among all layers of the stack. */
  readonly level: number;
  readonly effect: Effect;
}

interface Applying extends Position {
  readonly root: TreeNode;
  readonly layer: Layer;
  /** Of files with several names: by the path of the first. */
  readonly groups: ReadonlyMap<string, LinkGroup>;
  /** The folder used last: entries come sorted, so the next one is often its neighbour. */
  lastFolder: { path: string; node: TreeNode };
}

function applyLayer(root: TreeNode, layer: Layer, position: Position): void {
  const { stage, effect } = position;
  const { entries, whiteouts, opaque } = layer.index;
  const groups = new Map<string, LinkGroup>();
  for (const entry of entries) {
    if (entry.type === "file" && entry.hardLink !== undefined) groups.set(entry.hardLink, { live: 0 });
  }
  for (const path of whiteouts) {
    const node = existing(root, path);
    if (node) removeNode(node, stage, effect);
  }
  for (const path of opaque) {
    const node = existing(root, path);
    if (node?.entry.type === "directory") removeBelow(node, stage, effect);
    else if (node) removeNode(node, stage, effect);
  }
  const applying = { ...position, root, layer, groups, lastFolder: { path: "", node: root } };
  for (const entry of entries) place(applying, entry);
}

/** What lies at a path; links to directories are followed on the way but not at its end. */
function existing(root: TreeNode, path: string): TreeNode | undefined {
  const folder = followPath(root, parentOf(path));
  return typeof folder === "object" && "found" in folder
    ? folder.found.children?.get(nameOf(path))
    : undefined;
}

function place(applying: Applying, entry: Entry): void {
  const { stage, effect } = applying;
  const folder = folderFor(applying, entry);
  const name = nameOf(entry.path);
  const present = folder.children?.get(name);
  if (present && entry.type === "directory") {
    if (present.entry.type === "directory") {
      Object.assign(present, { entry, layer: applying.layer, stage, level: applying.level });
      return;
    }
    if (present.entry.type === "symlink" && landsInFolder(applying, present, entry)) return;
  }
  if (present) removeNode(present, stage, effect);
  const node = attach(applying, folder, name, entry);
  if (entry.type !== "file") return;
  node.group = applying.groups.get(entry.hardLink ?? entry.path);
  countAdded(entry, node.group, effect);
}

function attach({ layer, stage, level }: Applying, parent: TreeNode, name: string, entry: Entry): TreeNode {
  const node: TreeNode = {
    ...{ name, parent, entry, layer, stage, level },
    ...{ group: undefined, children: undefined, placed: undefined },
  };
  parent.children ??= new Map();
  parent.children.set(name, node);
  return node;
}

/** The directory that `entry` goes into; missing ones are made. */
function folderFor(applying: Applying, entry: Entry): TreeNode {
  const path = parentOf(entry.path);
  if (path === applying.lastFolder.path) return applying.lastFolder.node;
  let node = applying.root;
  for (const name of path === "" ? [] : path.split("/")) node = step(applying, node, name, entry);
  applying.lastFolder = { path, node };
  return node;
}

function step(applying: Applying, from: TreeNode, name: string, entry: Entry): TreeNode {
  const child = from.children?.get(name);
  if (!child) return attach(applying, from, name, impliedFolder(entry));
  if (child.entry.type === "directory") return child;
  if (child.level === applying.level) throw redirected(entry.path, child.entry);
  const target = child.entry.type === "symlink" ? targetFolder(applying, child, entry) : undefined;
  if (target) return target;
  removeNode(child, applying.stage, applying.effect);
  return attach(applying, from, name, impliedFolder(entry));
}

/** The directory that a link of a lower layer points to, made when nothing is there; undefined when it cannot be. */
function targetFolder(applying: Applying, link: TreeNode, entry: Entry): TreeNode | undefined {
  if (link.entry.type !== "symlink") return undefined;
  const followed = followPath(link.parent, link.entry.target, passed => {
    if (passed.level === applying.level) throw redirected(entry.path, passed.entry);
  });
  if (followed === "blocked") return undefined;
  if ("found" in followed) return followed.found.entry.type === "directory" ? followed.found : undefined;
  let node = followed.parent;
  for (const name of followed.missing) {
    if (name === "" || name === ".") continue;
    if (name === "..") node = node.parent;
    else node = node.children?.get(name) ?? attach(applying, node, name, impliedFolder(entry));
    if (node.entry.type !== "directory") return undefined;
  }
  return node;
}

/** For a directory that meets a link: true when it is where the link points to, and the link stays. */
function landsInFolder(applying: Applying, link: TreeNode, entry: DirectoryEntry): boolean {
  if (link.level === applying.level) throw redirected(entry.path, link.entry);
  const target = targetFolder(applying, link, entry);
  if (!target) return false;
  if (target.level === applying.level && target !== applying.root) target.entry = entry;
  return true;
}

function impliedFolder({ mtime }: Entry): Entry {
  return { type: "directory", path: "", mode: 0o755, uid: 0, gid: 0, mtime };
}
