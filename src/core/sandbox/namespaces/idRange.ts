import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { Failure } from "../../failure.ts";

/** A stretch of user or group ids: `count` of them, inside from `inside`, on the host from `outside`. */
export interface IdStretch {
  readonly inside: number;
  readonly outside: number;
  readonly count: number;
}

/** How ids inside a user namespace stand for ids on the host. */
export interface IdMaps {
  readonly users: readonly IdStretch[];
  readonly groups: readonly IdStretch[];
}

const usual = 65_536;
// Above what systemd gives to containers, below what it keeps for itself (https://systemd.io/UIDS-GIDS).
const firstFree = 0x7000_0000;
const lastFree = 0x7fff_0000;

/**
 * For an ordinary user: itself is root inside, its range of /etc/subuid everybody else. For root: a range that
 * nobody uses; the real root is nobody inside.
 * @throws Failure `namespaces-no-range`.
 */
export async function findIdMaps(): Promise<IdMaps> {
  return process.getuid?.() === 0 ? rootMaps() : userMaps();
}

/** The highest id inside that stands for one outside. */
export function highestId(stretches: readonly IdStretch[]): number {
  return Math.max(...stretches.map(({ inside, count }) => inside + count - 1));
}

async function userMaps(): Promise<IdMaps> {
  const { uid, gid, username } = userInfo();
  const map = (own: number, ranges: readonly (readonly [number, number])[]): IdStretch[] => {
    let inside = 1;
    const stretches = [{ inside: 0, outside: own, count: 1 }];
    for (const [outside, count] of ranges) {
      stretches.push({ inside, outside, count });
      inside += count;
    }
    return stretches;
  };
  const users = await rangesOf("/etc/subuid", username, uid);
  const groups = await rangesOf("/etc/subgid", username, uid);
  if (users.length === 0 || groups.length === 0) throw noRange(username);
  return { users: map(uid, users), groups: map(gid, groups) };
}

async function rangesOf(
  file: string,
  name: string,
  uid: number,
): Promise<readonly (readonly [number, number])[]> {
  return (await entries(file)).flatMap(([owner, start, count]) =>
    (owner === name || owner === String(uid)) && count > 0 ? [[start, count] as const] : [],
  );
}

async function rootMaps(): Promise<IdMaps> {
  const taken = [...(await entries("/etc/subuid")), ...(await entries("/etc/subgid"))];
  for (let outside = firstFree; outside < lastFree; outside += usual) {
    const end = outside + usual;
    if (taken.some(([, start, count]) => start < end && outside < start + count)) continue;
    const all = [{ inside: 0, outside, count: usual }];
    return { users: all, groups: all };
  }
  throw noRange("root");
}

async function entries(file: string): Promise<readonly (readonly [string, number, number])[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").flatMap(line => {
    const [owner = "", start, count] = line.split(":");
    const range = [owner, Number(start), Number(count)] as const;
    return start && count && Number.isInteger(range[1]) && Number.isInteger(range[2]) ? [range] : [];
  });
}

function noRange(name: string): Failure {
  return new Failure(
    "namespaces-no-range",
    `${name} has no range of further user ids in /etc/subuid and /etc/subgid.`,
    {
      advice: `Give one: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${name}`,
    },
  );
}
