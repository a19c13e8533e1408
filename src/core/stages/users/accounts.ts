import type { Tree } from "../../tree/tree.ts";
import { putText, type TreeText, textAt } from "../settings/treeText.ts";
import type { StageContext } from "../stage.ts";
import { ColonTable } from "./colonTable.ts";
import { noPassword } from "./passwordField.ts";

/** The four files that say who there is. */
export interface Accounts {
  readonly passwd: ColonTable;
  readonly group: ColonTable;
  readonly shadow: ColonTable;
  /** Undefined where the tree has no /etc/gshadow. */
  readonly gshadow: ColonTable | undefined;
  /** Puts those that changed into the layer. */
  write(context: StageContext): Promise<void>;
}

/** Opens the files of a tree; one without /etc/passwd gets root, without whom there is no system. */
export async function openAccounts(tree: Tree): Promise<Accounts> {
  const files = {
    passwd: await textAt(tree, "etc/passwd"),
    group: await textAt(tree, "etc/group"),
    shadow: await textAt(tree, "etc/shadow"),
    gshadow: await textAt(tree, "etc/gshadow"),
  };
  const passwd = new ColonTable(files.passwd.text);
  const group = new ColonTable(files.group.text);
  const shadow = new ColonTable(files.shadow.text);
  const gshadow = files.gshadow.text === undefined ? undefined : new ColonTable(files.gshadow.text);
  if (files.passwd.text === undefined) {
    passwd.set(["root", "x", "0", "0", "root", "/root", tree.resolve("bin/bash") ? "/bin/bash" : "/bin/sh"]);
    if (!group.rows().some(row => row[2] === "0")) group.set(["root", "x", "0", ""]);
    if (!shadow.get("root")) shadow.set(["root", noPassword, "", "0", "99999", "7", "", "", ""]);
  }
  return {
    ...{ passwd, group, shadow, gshadow },
    async write(context) {
      const put = async (file: TreeText, table: ColonTable | undefined, look = {}): Promise<void> => {
        const text = table?.text();
        if (text !== undefined) await putText(file, text, context, look);
      };
      const shadowGroup = group.get("shadow")?.[2];
      const secret = shadowGroup === undefined ? { mode: 0o600 } : { mode: 0o640, gid: Number(shadowGroup) };
      await put(files.passwd, passwd);
      await put(files.group, group);
      await put(files.shadow, shadow, secret);
      await put(files.gshadow, gshadow, secret);
    },
  };
}
