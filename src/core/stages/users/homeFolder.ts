import type { NewEntry } from "../../tree/layer.ts";
import { checkLayerPath } from "../../tree/layerRules.ts";
import { openTreeFile } from "../../tree/readFile.ts";
import { realFolder } from "../../tree/realFolder.ts";
import type { Tree } from "../../tree/tree.ts";
import { located } from "../atParameter.ts";
import { linesOf, putText, storedText, textAt, textOf } from "../settings/treeText.ts";
import type { StageContext } from "../stage.ts";
import type { AccountParameters } from "../users.ts";

interface Owner {
  readonly name: string;
  readonly account: AccountParameters;
  readonly isNew: boolean;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** Makes a user's home, with a copy of the tree's /etc/skel, and adds the SSH keys to it. */
export async function addHome(owner: Owner, tree: Tree, context: StageContext): Promise<void> {
  const { name, account, isNew, uid, gid } = owner;
  const keys = account.ssh_keys ?? [];
  const isMade = account.create_home ?? (isNew && account.system !== true);
  if (!isMade && keys.length === 0) return;
  const home = homePath(owner, context);
  const owned = { uid, gid, mtime: context.clock };
  if (!tree.resolve(home)) {
    await context.layer.add({ type: "directory", path: home, mode: 0o700, ...owned });
    if (isMade && name !== "root") await copySkeleton(home, owned, tree, context);
  }
  if (keys.length === 0) return;
  const folder = `${home}/.ssh`;
  if (!tree.resolve(folder))
    await context.layer.add({ type: "directory", path: folder, mode: 0o700, ...owned });
  const file = await textAt(tree, `${folder}/authorized_keys`);
  const lines = linesOf(file.text);
  const added = keys
    .map(key => storedText(key.trim()))
    .filter((key, at, all) => !lines.includes(key) && all.indexOf(key) === at);
  await putText(file, textOf([...lines, ...added]), context, { mode: 0o600, uid, gid });
}

function homePath({ name, home }: Owner, context: StageContext): string {
  try {
    return checkLayerPath(home);
  } catch (error) {
    throw located(context, [name, "home"], error);
  }
}

async function copySkeleton(
  home: string,
  owned: { readonly uid: number; readonly gid: number; readonly mtime: number },
  tree: Tree,
  context: StageContext,
): Promise<void> {
  const skeleton = realFolder(tree, "etc/skel", new Set());
  if (skeleton === undefined) return;
  for (const entry of tree.entries) {
    if (!entry.path.startsWith(`${skeleton}/`)) continue;
    const base = { path: `${home}${entry.path.slice(skeleton.length)}`, mode: entry.mode, ...owned };
    if (entry.type === "file") {
      await context.layer.add({ type: "file", ...base }, { stream: openTreeFile(entry), size: entry.size });
    } else if (entry.type === "directory" || entry.type === "symlink") {
      const copy: NewEntry =
        entry.type === "symlink"
          ? { type: "symlink", ...base, target: entry.target }
          : { type: "directory", ...base };
      await context.layer.add(copy);
    }
  }
}
