import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { type Holder, hold, startHolder } from "./holder.ts";
import { findIdMaps, type IdMaps, type IdStretch } from "./idRange.ts";
import { namespaceLimits } from "./limits.ts";

/** A user namespace with a range of ids, and namespaces for mounts and processes that belong to it. */
export interface UserNamespace {
  readonly maps: IdMaps;
  /** The folder it was opened for, as it is called inside. */
  readonly folder: string;
  /** Arguments for nsenter that start a program as root inside. */
  enter(program: readonly string[]): string[];
  /** Whether its end has begun: then its processes' numbers may be others'. */
  readonly isOver: boolean;
  /** Ends every process inside; resolves when the last one is gone. May be called twice. */
  end(): Promise<void>;
}

const run = promisify(execFile);
const asRoot = ["--setuid", "0", "--setgid", "0"];
const newProcesses = ["--pid", "--fork", "--", "sh", "-c", hold];

/**
 * Opens namespaces for work in a folder. They end with `end()`, or with this process.
 * @param folder belongs to whoever is root inside, see ownedInside().
 * @throws Failure `tool-missing`, `namespaces-no-range` or `namespaces-forbidden`.
 */
export async function openUserNamespace(host: Host, folder: string): Promise<UserNamespace> {
  const maps = await findIdMaps();
  return process.getuid?.() === 0 ? openAsRoot(host, folder, maps) : openAsUser(host, folder, maps);
}

async function openAsUser(host: Host, folder: string, maps: IdMaps): Promise<UserNamespace> {
  const unshare = host.tools.require("unshare");
  const first = await startHolder(host, "prlimit", [
    ...[...namespaceLimits(), unshare, "--user", "--mount", ...newProcesses],
  ]);
  try {
    for (const [tool, stretches] of [
      ["newuidmap", maps.users] as const,
      ["newgidmap", maps.groups] as const,
    ]) {
      const path = host.tools.require(tool);
      await run(path, [String(first.pid), ...stretches.flatMap(row)]).catch(error => {
        throw notMapped(error);
      });
    }
    return namespaceOf([first], folder, maps);
  } catch (error) {
    await first.end();
    throw error;
  }
}

// Root's folders are closed to the ids that stand for root inside: this one is shown elsewhere, to us alone.
const places = ["/mnt", "/media", "/srv", "/tmp"];
const show = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';

/** The real root holds the user namespace from without; nothing that runs inside is it. */
async function openAsRoot(host: Host, folder: string, maps: IdMaps): Promise<UserNamespace> {
  const shownAt = places.find(path => existsSync(path)) ?? "/";
  const privately = ["--mount", "--propagation", "private", "--", "sh", "-c", show, "sh", folder, shownAt];
  const unshare = host.tools.require("unshare");
  const without = await startHolder(host, "prlimit", [
    ...[...namespaceLimits(), unshare, ...privately],
    ...[...asNobody(host, maps), unshare, "--user", "--mount", "--", "sh", "-c", hold],
  ]);
  try {
    for (const [file, stretches] of [["uid_map", maps.users] as const, ["gid_map", maps.groups] as const]) {
      const rows = stretches.map(each => `${row(each).join(" ")}\n`).join("");
      await writeFile(`/proc/${without.pid}/${file}`, rows).catch(error => {
        throw notMapped(error);
      });
    }
    const target = ["--target", String(without.pid), "--user", "--mount", ...asRoot];
    const first = await startHolder(host, "nsenter", [...target, "--", unshare, ...newProcesses]);
    return namespaceOf([first, without], shownAt, maps);
  } catch (error) {
    await without.end();
    throw error;
  }
}

/**
 * What root makes is held to no limit of processes; so one of the ids that nobody else uses makes the namespace. The right
 * to do so, which some hosts keep from everybody else, it keeps.
 */
function asNobody(host: Host, { users, groups }: IdMaps): string[] {
  const ids = ["--reuid", String(users[0]?.outside), "--regid", String(groups[0]?.outside), "--clear-groups"];
  const right = ["--inh-caps=+sys_admin", "--ambient-caps=+sys_admin"];
  return [host.tools.require("setpriv"), ...ids, ...right, "--"];
}

function namespaceOf(holders: readonly [Holder, ...Holder[]], folder: string, maps: IdMaps): UserNamespace {
  const target = ["--target", String(holders[0].pid), "--user", "--mount", "--pid", ...asRoot];
  let isOver = false;
  return {
    maps,
    folder,
    enter: program => [...target, "--", ...program],
    get isOver() {
      return isOver;
    },
    async end() {
      isOver = true;
      for (const holder of holders) await holder.end();
    },
  };
}

function notMapped(error: unknown): Failure {
  const said = (error as { readonly stderr?: unknown }).stderr;
  const why = typeof said === "string" && said.trim() !== "" ? said.trim() : (error as Error).message;
  return new Failure("namespaces-forbidden", `User ids cannot be mapped here: ${why}`, { cause: error });
}

function row({ inside, outside, count }: IdStretch): string[] {
  return [inside, outside, count].map(String);
}
