import { nearest } from "../../recipe/nearest.ts";
import type { ParameterPath, StageContext } from "../stage.ts";
import type { AccountParameters } from "../users.ts";
import type { Accounts } from "./accounts.ts";
import { freeNumber, numbersIn } from "./numbers.ts";

/**
 * The number of a user's own group, which is made when there is none.
 * @throws Failure `user-number`.
 */
export function ownGroup(
  name: string,
  { gid, system = false }: AccountParameters,
  before: readonly string[] | undefined,
  uid: number,
  accounts: Accounts,
  context: StageContext,
): number {
  const { group } = accounts;
  if (before && gid === undefined) return Number(before[3]);
  const same = group.get(name);
  if (gid === undefined && same) return Number(same[2]);
  const taken = numbersIn(group);
  if (gid !== undefined && taken.has(gid)) return gid;
  if (same) {
    throw context.fail(
      "user-number",
      `The group ${name} has the number ${same[2]}, and no group has ${gid}.`,
      {
        at: [name, "gid"],
        advice: "Leave gid out, or take the number of a group that there is.",
      },
    );
  }
  const number = gid ?? (taken.has(uid) ? freeNumber([taken, numbersIn(accounts.passwd)], system) : uid);
  if (number === undefined)
    throw context.fail("user-number", `There is no free group number for ${name}.`, { at: [name] });
  addGroup(name, number, accounts);
  return number;
}

/**
 * Makes a user a member of a group, written `NAME` or `NAME:NUMBER`.
 * @throws Failure `group-unknown`, `user-number`.
 */
export function joinGroup(
  user: string,
  written: string,
  at: ParameterPath,
  accounts: Accounts,
  context: StageContext,
): void {
  const [name = written, number] = written.split(":");
  const found = accounts.group.get(name);
  if (!found && number === undefined) {
    const names = accounts.group.rows().map(row => row[0] ?? "");
    const near = nearest(name, names);
    throw context.fail("group-unknown", `The tree below has no group ${name}.`, {
      at,
      advice: `${near ? `Did you mean \`${near}\`? ` : ""}With its number, as in ${name}:2000, it is made.`,
    });
  }
  const owner = found ? undefined : accounts.group.rows().find(row => row[2] === number)?.[0];
  if (owner !== undefined || (found && number !== undefined && found[2] !== number)) {
    const message = found
      ? `The group ${name} has the number ${found[2]} in the tree below.`
      : `The number ${number} belongs to the group ${owner}.`;
    throw context.fail("user-number", message, { at, advice: "Leave the number out, or take another one." });
  }
  if (!found) addGroup(name, Number(number), accounts);
  for (const table of [accounts.group, accounts.gshadow]) {
    const row = table?.get(name);
    if (!table || !row) continue;
    const members = (row[3] ?? "").split(",").filter(Boolean);
    if (!members.includes(user)) table.set([...row.slice(0, 3), [...members, user].join(",")]);
  }
}

function addGroup(name: string, number: number, { group, gshadow }: Accounts): void {
  group.set([name, "x", String(number), ""]);
  gshadow?.set([name, "!", "", ""]);
}
