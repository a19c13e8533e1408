import { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";
import type { AptArea, ListSnapshot } from "./aptArea.ts";
import { runApt } from "./aptCommand.ts";
import { type DebianPackage, packagePattern, readPackage } from "./package.ts";

// apt's exit code for "no such package" (and for much else, which then says more than that).
const notFound = 100;

/**
 * Looks a package up in lists that are there: the version apt would install, or the one named.
 * @param wanted `NAME` or `NAME=VERSION`.
 */
export async function findPackage(
  host: Host,
  area: AptArea,
  lists: ListSnapshot,
  wanted: string,
  signal: AbortSignal,
): Promise<DebianPackage | undefined> {
  if (!new RegExp(packagePattern).test(wanted)) return undefined;
  const args = ["show", "--no-all-versions", wanted];
  const options = { signal, accept: [0, notFound] };
  const { stdout, stderr, exitCode } = await runApt(host, "apt-cache", area, lists.folder, args, options);
  if (exitCode === notFound && !/No packages found|was not found|Unable to locate/.test(stderr)) {
    throw new Failure("apt-failed", `apt-cache cannot look up packages: ${stderr.trim()}`, {
      advice: "Run `apt-cache policy` to see whether apt itself works on this system.",
    });
  }
  const found = readPackage(stdout);
  return found?.package === wanted.replace(/=.*/, "") ? found : undefined;
}

/** Those of `names` that can be had, in the same order. */
export async function existing(
  host: Host,
  area: AptArea,
  lists: ListSnapshot,
  names: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  if (names.length === 0) return [];
  const args = ["show", "--no-all-versions", ...names];
  const options = { signal, accept: [0, notFound] };
  const { stdout } = await runApt(host, "apt-cache", area, lists.folder, args, options);
  const found = new Set(stdout.match(/(?<=^Package: )\S+/gm));
  return names.filter(name => found.has(name));
}

/** Names of all packages in the lists, some of which exist only because others mention them. */
export async function packageNames(
  host: Host,
  area: AptArea,
  lists: ListSnapshot,
  signal: AbortSignal,
): Promise<string[]> {
  const { stdout } = await runApt(host, "apt-cache", area, lists.folder, ["pkgnames"], { signal });
  return stdout.split("\n").filter(name => name !== "");
}

/** Versions of a package that the lists have, newest first. */
export async function packageVersions(
  host: Host,
  area: AptArea,
  lists: ListSnapshot,
  name: string,
  signal: AbortSignal,
): Promise<string[]> {
  const { stdout } = await runApt(host, "apt-cache", area, lists.folder, ["madison", name], { signal });
  return [...new Set(stdout.split("\n").flatMap(line => line.split("|")[1]?.trim() || []))];
}
