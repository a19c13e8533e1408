import { nearest } from "../../recipe/nearest.ts";
import { realFolder } from "../../tree/realFolder.ts";
import type { Tree } from "../../tree/tree.ts";
import { atParameter } from "../atParameter.ts";
import { quoted, setAssignments } from "../settings/assignments.ts";
import { putText, textAt } from "../settings/treeText.ts";
import type { StageContext } from "../stage.ts";

const folders = ["usr/share/kbd/keymaps", "usr/share/keymaps", "usr/lib/kbd/keymaps", "usr/share/bkeymaps"];
// Files of other programs that say the same; set where the distribution has put them.
const others = { "etc/conf.d/keymaps": "keymap", "etc/default/keyboard": "XKBLAYOUT" } as const;

/**
 * Sets the keyboard of the console.
 * @throws Failure `keymap-unknown` when the tree has layouts, but not this one.
 */
export async function setKeymap(keymap: string, tree: Tree, context: StageContext): Promise<void> {
  const at = ["keymap"];
  const names = keymapsIn(tree);
  if (names.length > 0 && !names.includes(keymap)) {
    const near = nearest(keymap, names);
    throw context.fail("keymap-unknown", `The tree below has no keyboard layout ${keymap}.`, {
      at,
      advice: near
        ? `Did you mean \`${near}\`?`
        : `It has ${names.length}, such as ${names.slice(0, 5).join(", ")}.`,
    });
  }
  if (names.length === 0 && keymap !== "us") {
    context.warn(
      `The tree below has no keyboard layouts, so ${keymap} will not be found; packages kbd or console-data have them.`,
      at,
    );
  }
  await atParameter(context, at, async () => {
    const console = await textAt(tree, "etc/vconsole.conf");
    await putText(console, setAssignments(console.text, { KEYMAP: quoted(keymap) }), context);
    for (const [path, key] of Object.entries(others)) {
      const file = await textAt(tree, path);
      if (file.text !== undefined) {
        await putText(file, setAssignments(file.text, { [key]: `"${keymap}"` }), context);
      }
    }
  });
}

function keymapsIn(tree: Tree): string[] {
  const roots = folders.flatMap(folder => realFolder(tree, folder, new Set()) ?? []);
  const names = tree.entries.flatMap(({ path, type }) => {
    if (type === "directory" || !roots.some(root => path.startsWith(`${root}/`))) return [];
    return /([^/]+)\.(?:k?map|bmap)(?:\.gz)?$/.exec(path)?.[1] ?? [];
  });
  return [...new Set(names)].sort();
}
