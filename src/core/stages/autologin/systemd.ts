import { Failure } from "../../failure.ts";
import type { Tree } from "../../tree/tree.ts";
import { linesOf, storedText, textAt } from "../settings/treeText.ts";
import type { StageContext } from "../stage.ts";
import type { Autologin } from "./setAutologin.ts";

const folders = [
  "etc/systemd/system",
  "usr/local/lib/systemd/system",
  "usr/lib/systemd/system",
  "lib/systemd/system",
];
const all = ["getty@.service", "serial-getty@.service", "console-getty.service"];

/**
 * Adds drop-ins to the units that offer logins. The program's other options stay as the tree's unit has them.
 * @throws Failure `autologin-impossible`.
 */
export async function setInSystemd(
  { user, ttys }: Autologin,
  tree: Tree,
  context: StageContext,
): Promise<void> {
  const units = ttys?.map(unitFor) ?? all.map(unit => ({ unit, template: unit }));
  let count = 0;
  for (const { unit, template } of units) {
    const command = await commandOf(template, tree);
    if (command === undefined) continue;
    count++;
    const text = `[Service]\nExecStart=\nExecStart=${storedText(withAutologin(command, user))}\n`;
    const path = `etc/systemd/system/${unit}.d/autologin.conf`;
    const entry = { type: "file", path, mode: 0o644, uid: 0, gid: 0, mtime: context.clock } as const;
    await context.layer.add(entry, { bytes: Buffer.from(text, "latin1") });
  }
  if (count > 0) return;
  throw new Failure("autologin-impossible", "The tree below has no unit that starts agetty.", {
    advice:
      "Install the package `util-linux` in an earlier stage; its units are getty@.service and serial-getty@.service.",
  });
}

function unitFor(tty: string): { unit: string; template: string } {
  if (tty === "console") return { unit: "console-getty.service", template: "console-getty.service" };
  const name = /^tty[0-9]+$/.test(tty) ? "getty" : "serial-getty";
  return { unit: `${name}@${tty}.service`, template: `${name}@.service` };
}

/** The last ExecStart= of a unit, if it is agetty. */
async function commandOf(unit: string, tree: Tree): Promise<string | undefined> {
  for (const folder of folders) {
    const lines = linesOf((await textAt(tree, `${folder}/${unit}`)).text);
    const command = lines.findLast(line => /^ExecStart=./.test(line))?.slice("ExecStart=".length);
    if (command !== undefined) return /^[-@:+!]*\S*agetty(?:\s|$)/.test(command) ? command : undefined;
  }
  return undefined;
}

/** agetty's options for login (-o) take the place of what it would say by itself: login must hear of -f. */
function withAutologin(command: string, user: string): string {
  const [program = "", ...rest] = command.split(/\s+/);
  const others = rest.join(" ").replace(/(?:^|\s)(?:-o|--login-options)[\s=]*(?:'[^']*'|"[^"]*"|\S+)/, "");
  return [program, "-o '-p -f -- \\\\u'", `--autologin ${user}`, others.trim()].filter(Boolean).join(" ");
}
