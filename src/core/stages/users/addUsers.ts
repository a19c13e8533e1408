import type { Tree } from "../../tree/tree.ts";
import { storedText } from "../settings/treeText.ts";
import type { StageContext } from "../stage.ts";
import type { AccountParameters, UsersParameters } from "../users.ts";
import { type Accounts, openAccounts } from "./accounts.ts";
import { accountOf, atAccount } from "./checkUsers.ts";
import { joinGroup, ownGroup } from "./groups.ts";
import { addHome } from "./homeFolder.ts";
import { freeNumber, numbersIn } from "./numbers.ts";
import { noPassword, passwordField } from "./passwordField.ts";

/**
 * Makes or changes all users. The numbers that the recipe fixes are taken first, then the others get theirs in order.
 * @throws Failure placed on the value: `user-…`, `group-unknown`.
 */
export async function addUsers(
  given: UsersParameters,
  order: readonly string[],
  context: StageContext,
): Promise<void> {
  const tree = await context.below();
  const accounts = await openAccounts(tree);
  const isFixed = (name: string) => accountOf(given, name).uid !== undefined;
  for (const name of [...order.filter(isFixed), ...order.filter(each => !isFixed(each))]) {
    await addUser(name, given, accounts, tree, context);
  }
  // After all users: a group may be another user's own.
  for (const name of order) {
    for (const [index, group] of (accountOf(given, name).groups ?? []).entries()) {
      joinGroup(name, group, [name, "groups", index], accounts, context);
    }
  }
  await accounts.write(context);
}

async function addUser(
  name: string,
  given: UsersParameters,
  accounts: Accounts,
  tree: Tree,
  context: StageContext,
): Promise<void> {
  const account = accountOf(given, name);
  const { passwd } = accounts;
  const before = passwd.get(name);
  const uid = before ? Number(before[2]) : newNumber(name, account, accounts, context);
  if (before && account.uid !== undefined && account.uid !== uid) {
    throw context.fail(
      "user-number",
      `${name} is user ${uid} in the tree below, and files there belong to that number.`,
      {
        at: [name, "uid"],
        advice: "Leave uid out, or make another user.",
      },
    );
  }
  const gid = ownGroup(name, account, before, uid, accounts, context);
  const home = account.home ?? before?.[5] ?? (name === "root" ? "/root" : `/home/${name}`);
  const shell = account.shell ?? before?.[6] ?? usualShell(account, tree);
  if ((!before || account.shell !== undefined) && !tree.resolve(shell)) {
    context.warn(`The tree below has no ${shell}, the shell of ${name}.`, atAccount(given, name, "shell"));
  }
  const comment = account.comment === undefined ? (before?.[4] ?? "") : storedText(account.comment);
  const at = atAccount(given, name, account.password_file === undefined ? "password" : "password_file");
  const field = await passwordField(name, account, at, context);
  const password = setPassword(name, field, before, accounts, context);
  passwd.set([name, password, String(uid), String(gid), comment, storedText(home), storedText(shell)]);
  context.log(`${before ? "changed" : "added"} ${name}, user ${uid} of group ${gid}`);
  await addHome({ name, account, isNew: !before, uid, gid, home }, tree, context);
}

function newNumber(
  name: string,
  { uid, system = false }: AccountParameters,
  { passwd, group }: Accounts,
  context: StageContext,
): number {
  const taken = numbersIn(passwd);
  if (uid === undefined) {
    const free = name === "root" && !taken.has(0) ? 0 : freeNumber([taken, numbersIn(group)], system);
    if (free !== undefined) return free;
    throw context.fail("user-number", `There is no free number for ${name}.`, { at: [name] });
  }
  const other = passwd.rows().find(row => row[2] === String(uid))?.[0];
  if (other === undefined) return uid;
  throw context.fail("user-number", `The number ${uid} belongs to ${other}.`, {
    at: [name, "uid"],
    advice: "Leave uid out to get a free one.",
  });
}

/** Brings the shadow file up to date; returns the field in /etc/passwd. */
function setPassword(
  name: string,
  field: string | undefined,
  before: readonly string[] | undefined,
  { shadow }: Accounts,
  { clock }: StageContext,
): string {
  // Nothing said: an old user keeps the password, wherever it is.
  if (before && field === undefined) return before[1] ?? "x";
  const present = shadow.get(name);
  const isLocked = field === noPassword && /^[!*]/.test(present?.[1] ?? "");
  if (isLocked) return "x";
  const [, , , ...rest] = present ?? [name, "", "", "0", "99999", "7", "", "", ""];
  // Day 0 would ask for a new password at the first login.
  const day = Math.floor(clock / 86_400);
  shadow.set([name, field ?? noPassword, day > 0 ? String(day) : "", ...rest]);
  return "x";
}

function usualShell({ system }: AccountParameters, tree: Tree): string {
  const candidates = system ? ["/usr/sbin/nologin", "/sbin/nologin", "/bin/false"] : ["/bin/bash", "/bin/sh"];
  return candidates.find(path => tree.resolve(path)) ?? candidates.at(-1) ?? "/bin/sh";
}
