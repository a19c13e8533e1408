import { Failure } from "../../failure.ts";
import type { Tree } from "../../tree/tree.ts";
import type { SandboxUser } from "../sandboxUser.ts";
import { highestId, type IdMaps } from "./idRange.ts";

/** @throws Failure `namespaces-ids` when the tree, or the command, has an owner beyond the range that we have. */
export function checkIds(tree: Tree, user: SandboxUser, maps: IdMaps): void {
  const users = highestId(maps.users);
  const groups = highestId(maps.groups);
  const beyond = tree.entries.find(({ uid, gid }) => uid > users || gid > groups);
  if (beyond)
    throw tooHigh(`/${beyond.path} belongs to ${beyond.uid}:${beyond.gid}`, Math.min(users, groups));
  if (user.uid > users || user.gid > groups) {
    throw tooHigh(`The command shall run as ${user.uid}:${user.gid}`, Math.min(users, groups));
  }
}

function tooHigh(what: string, highest: number): Failure {
  return new Failure(
    "namespaces-ids",
    `${what}, but ids above ${highest} cannot be had in a user namespace here.`,
    {
      advice: "Give a longer range in /etc/subuid and /etc/subgid, or set WHITTLE_SANDBOX=vm.",
    },
  );
}
