import { Failure } from "../failure.ts";
import { readTreeFile } from "../tree/readFile.ts";
import type { Tree } from "../tree/tree.ts";
import type { SandboxTask } from "./sandbox.ts";

/** Who a command runs as. */
export interface SandboxUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Further groups, sorted. */
  readonly groups: readonly number[];
  readonly home: string;
}

const root: SandboxUser = { name: "root", uid: 0, gid: 0, groups: [], home: "/root" };
const numbers = /^\d{1,10}$/;

/**
 * Who a task's command runs as, by the tree's /etc/passwd and /etc/group. A number needs to be in neither.
 * @throws Failure `user-unknown`.
 */
export async function findSandboxUser({
  user = "root",
  tree,
}: Pick<SandboxTask, "user" | "tree">): Promise<SandboxUser> {
  const [name = "", group] = user.split(":");
  const users = await table(tree, "etc/passwd");
  const groups = await table(tree, "etc/group");
  const found = users.find(fields => fields[numbers.test(name) ? 2 : 0] === name);
  const base = found ? userFrom(found) : plainUser(name, users);
  const gid = group === undefined ? base.gid : groupId(group, groups);
  const member = groups.filter(fields => (fields[3] ?? "").split(",").includes(base.name));
  // A named group takes the place of all the user's own, as with chroot and docker.
  const further = group === undefined ? member.map(fields => Number(fields[2])) : [];
  const others = [...new Set(further)].filter(each => Number.isInteger(each) && each !== gid);
  return { ...base, gid, groups: others.sort((a, b) => a - b) };
}

function userFrom([name = "", , uid, gid, , home]: readonly string[]): SandboxUser {
  return { name, uid: Number(uid), gid: Number(gid), groups: [], home: home || "/" };
}

function plainUser(name: string, users: readonly (readonly string[])[]): SandboxUser {
  if (name === "root") return root;
  if (numbers.test(name)) {
    return name === "0" ? root : { name, uid: Number(name), gid: Number(name), groups: [], home: "/" };
  }
  const known = users.map(([each = ""]) => each).filter(each => each !== "");
  throw new Failure("user-unknown", `There is no user ${name} in the tree's /etc/passwd.`, {
    advice:
      known.length > 0 ? `It has: ${known.join(", ")}.` : "Add one in an earlier stage, or give a number.",
  });
}

function groupId(group: string, groups: readonly (readonly string[])[]): number {
  if (numbers.test(group)) return Number(group);
  const found = groups.find(fields => fields[0] === group);
  if (found) return Number(found[2]);
  if (group === "root") return 0;
  throw new Failure("user-unknown", `There is no group ${group} in the tree's /etc/group.`, {
    advice: "Add one in an earlier stage, or give a number.",
  });
}

async function table(tree: Tree, path: string): Promise<readonly (readonly string[])[]> {
  const file = tree.resolve(path);
  if (file?.type !== "file") return [];
  const text = (await readTreeFile(file)).toString("utf8");
  return text.split("\n").map(line => line.split(":"));
}
