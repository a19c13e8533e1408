import { Failure } from "../../failure.ts";
import type { Tree } from "../../tree/tree.ts";
import { linesOf, putText, textAt, textOf } from "../settings/treeText.ts";
import type { StageContext } from "../stage.ts";
import type { Autologin } from "./setAutologin.ts";

/** What BusyBox does when there is no inittab, without its shells. */
const usual = [
  "::sysinit:/etc/init.d/rcS",
  "::ctrlaltdel:/sbin/reboot",
  "::shutdown:/sbin/swapoff -a",
  "::shutdown:/bin/umount -a -r",
  "::restart:/sbin/init",
];

interface Line {
  readonly text: string;
  readonly id: string;
  readonly action: string;
  readonly command: string;
}

function parse(text: string): Line {
  const [, id = "", action = "", command = ""] = /^([^:#]*):[^:]*:([^:]*):(.*)$/.exec(text) ?? [];
  return { text, id: id.trim(), action: action.trim(), command: command.trim() };
}

const offersLogin = ({ action, command }: Line): boolean =>
  /^(?:respawn|askfirst)$/.test(action) && /(?:getty|login|\/a?sh|busybox sh)(?:\s|$)/.test(command);
const isSerial = (id: string): boolean => !/^tty[0-9]*$/.test(id);

/**
 * Edits BusyBox's /etc/inittab: the lines that offer a login log in. Without `ttys` the system's console gets a line when
 * none of them stands for a serial line.
 * @throws Failure `autologin-impossible`.
 */
export async function setInBusybox(
  { user, ttys }: Autologin,
  tree: Tree,
  context: StageContext,
): Promise<void> {
  const login = loginCommand(user, tree);
  const file = await textAt(tree, "etc/inittab");
  const lines = (file.text === undefined ? usual : linesOf(file.text)).map(parse);
  const isMeant = (line: Line) => offersLogin(line) && (ttys?.includes(line.id) ?? true);
  const edited = lines.map(line => (isMeant(line) ? `${line.id}::respawn:${login}` : line.text));
  const there = lines.filter(isMeant).map(line => line.id);
  const missing = ttys?.filter(tty => !there.includes(tty)) ?? (there.some(isSerial) ? [] : [""]);
  // An empty name is the system's console, whichever that is.
  for (const tty of missing) edited.push(`${tty === "console" ? "" : tty}::respawn:${login}`);
  await putText(file, textOf(edited), context);
}

function loginCommand(user: string, tree: Tree): string {
  if (tree.resolve("bin/login")) return `-/bin/login -f ${user}`;
  // The dash makes it a login shell.
  if (user === "root" && tree.resolve("bin/sh")) return "-/bin/sh";
  throw new Failure("autologin-impossible", `The tree below has no /bin/login to log ${user} in with.`, {
    advice: "Add the applet `login` to the stage `busybox`.",
  });
}

/**
 * Gives the gettys in sysvinit's /etc/inittab the user to log in.
 * @throws Failure `autologin-impossible`.
 */
export async function setInSysvinit(
  { user, ttys }: Autologin,
  tree: Tree,
  context: StageContext,
): Promise<void> {
  const file = await textAt(tree, "etc/inittab");
  const lines = linesOf(file.text);
  const found = new Set<string>();
  const edited = lines.map(text => {
    const { action, command } = parse(text);
    const [, program, options = ""] = /^(\S*getty)(\s.*)$/.exec(command) ?? [];
    const tty = /\s((?:tty|hvc|console)[A-Za-z0-9]*)/.exec(options)?.[1];
    if (action !== "respawn" || !program || !tty || ttys?.includes(tty) === false) return text;
    found.add(tty);
    return `${text.slice(0, text.length - command.length)}${program} --autologin ${user}${options}`;
  });
  const missing = ttys?.find(tty => !found.has(tty));
  if (found.size === 0 || missing !== undefined) {
    const where = missing === undefined ? "no line that starts a getty" : `no getty for ${missing}`;
    throw new Failure("autologin-impossible", `The tree's /etc/inittab has ${where}.`, {
      advice: "Write such a line with the stage `files`, or name other terminals.",
    });
  }
  await putText(file, textOf(edited), context);
}
