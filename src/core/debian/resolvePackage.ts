import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";
import { type AptArea, aptArea, currentLists, type ListSnapshot } from "./aptArea.ts";
import type { DebianPackage, PackageRequest } from "./package.ts";

export interface ResolveOptions extends PackageRequest {
  readonly signal: AbortSignal;
  /** Called with each line apt says while package lists are fetched. */
  readonly log?: ((line: string) => void) | undefined;
}

/**
 * Finds the version of a package that the host's mirrors offer. The answer is remembered together with the package
 * lists it comes from, so asking again costs a few small reads; the lists are fetched when there are none, and once
 * more when they do not have the package.
 * @throws Failure `package-unknown` with the nearest names, `packages-unreachable`, `apt-missing`.
 */
export async function resolvePackage(host: Host, options: ResolveOptions): Promise<DebianPackage> {
  const area = aptArea(host, options.arch, options.aptConfig);
  const lists = currentLists(area);
  const known = lists && recall(lists, options.package);
  if (known) return known;
  return lookUp(host, area, lists, options);
}

async function lookUp(
  host: Host,
  area: AptArea,
  known: ListSnapshot | undefined,
  options: ResolveOptions,
): Promise<DebianPackage> {
  const { findPackage } = await import("./findPackage.ts");
  const { updateLists, isUnreachable } = await import("./refreshPackageLists.ts");
  const { signal, log } = options;
  let lists = known ?? (await updateLists(host, area, undefined, signal, log));
  let found = await findPackage(host, area, lists, options.package, signal);
  let outdated: Failure | undefined;
  if (!found && known) {
    log?.(`${options.package} is not in the package lists: asking the mirrors for newer ones`);
    try {
      lists = await updateLists(host, area, known, signal, log);
      found = await findPackage(host, area, lists, options.package, signal);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      outdated = error;
    }
  }
  if (found) {
    remember(lists, options.package, found);
    return found;
  }
  const { unknownPackage } = await import("./unknownPackage.ts");
  throw await unknownPackage(host, area, lists, options, outdated);
}

function recall(lists: ListSnapshot, name: string): DebianPackage | undefined {
  try {
    return JSON.parse(readFileSync(memoOf(lists, name), "utf8")) as DebianPackage;
  } catch {
    return undefined;
  }
}

function remember(lists: ListSnapshot, name: string, found: DebianPackage): void {
  const path = memoOf(lists, name);
  const fresh = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    mkdirSync(join(lists.folder, "resolved"), { recursive: true });
    writeFileSync(fresh, JSON.stringify(found));
    renameSync(fresh, path);
  } catch {
    // Without a memory it is only slower.
    rmSync(fresh, { force: true });
  }
}

function memoOf(lists: ListSnapshot, name: string): string {
  return join(lists.folder, "resolved", `${encodeURIComponent(name)}.json`);
}
