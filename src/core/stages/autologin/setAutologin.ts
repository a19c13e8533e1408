import { nearest } from "../../recipe/nearest.ts";
import type { Tree } from "../../tree/tree.ts";
import { atParameter } from "../atParameter.ts";
import type { AutologinParameters } from "../autologin.ts";
import { describeInit, initSystem } from "../settings/initSystem.ts";
import { linesOf, textAt } from "../settings/treeText.ts";
import type { ParameterPath, StageContext } from "../stage.ts";
import { setInBusybox, setInSysvinit } from "./inittab.ts";
import { setInSystemd } from "./systemd.ts";

/** Who is to be logged in; `ttys` undefined = wherever the system offers a login. */
export interface Autologin {
  readonly user: string;
  readonly ttys: readonly string[] | undefined;
}

/**
 * Makes the system of the tree below log a user in.
 * @throws Failure `user-unknown`, `autologin-impossible`.
 */
export async function setAutologin(given: AutologinParameters, context: StageContext): Promise<void> {
  const tree = await context.below();
  const wanted: Autologin =
    typeof given === "string" ? { user: given, ttys: undefined } : { user: given.user, ttys: given.tty };
  const at = typeof given === "string" ? [] : ["user"];
  const init = initSystem(tree);
  await atParameter(context, at, async () => {
    await checkUser(wanted.user, at, tree, context);
    // Alpine starts OpenRC from BusyBox's inittab, and logins with it.
    if (init === "systemd") return setInSystemd(wanted, tree, context);
    if (init === "busybox" || (init === "openrc" && usesBusybox(tree)))
      return setInBusybox(wanted, tree, context);
    if (init === "sysvinit" || init === "openrc") return setInSysvinit(wanted, tree, context);
    throw context.fail("autologin-impossible", `${describeInit(init)} How it offers logins is not known.`, {
      advice: "systemd, BusyBox and sysvinit are known. Put this stage behind those that bring the system.",
    });
  });
}

function usesBusybox(tree: Tree): boolean {
  return /(?:^|\/)busybox$/.test(tree.resolve("sbin/init")?.path ?? "");
}

async function checkUser(user: string, at: ParameterPath, tree: Tree, context: StageContext): Promise<void> {
  const passwd = await textAt(tree, "etc/passwd");
  const names = linesOf(passwd.text).map(line => line.split(":", 1)[0] ?? "");
  if (names.includes(user)) return;
  const near = nearest(user, names);
  throw context.fail("user-unknown", `The tree below has no user ${user}.`, {
    at,
    advice: near ? `Did you mean \`${near}\`?` : "Make the user with the stage `users` before this one.",
  });
}
