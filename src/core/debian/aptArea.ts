import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Arch, Host } from "../host/host.ts";
import { debianArch } from "./architecture.ts";

/** Our own apt state for one set of mirrors and one architecture; the host's is only read for its configuration. */
export interface AptArea {
  readonly folder: string;
  /** Debian's name. */
  readonly arch: string;
  /** Folder with sources.list(.d) and so on. */
  readonly config: string;
  /** Lists are only taken when every source gave its own: a system without its security updates is none. */
  readonly complete?: true;
}

/**
 * One complete fetch of the package lists. It never changes: a newer one lies beside it, so that whoever reads
 * this one meanwhile is not disturbed and everything remembered about it stays true.
 */
export interface ListSnapshot {
  readonly folder: string;
  /** Name of the folder; the same lists have the same. */
  readonly id: string;
}

// Raise it when the layout of the folder changes.
const format = 1;

/** Finds the state that belongs to the mirrors as they are configured now; writes nothing. */
export function aptArea(host: Host, arch: Arch, config = "/etc/apt"): AptArea {
  const hash = createHash("sha256").update(JSON.stringify([format, arch, config]));
  for (const path of decidingFiles(config)) hash.update(JSON.stringify([path, contentOf(path)]));
  const folder = join(host.cacheDir, "apt", hash.digest("hex").slice(0, 24));
  return { folder, arch: debianArch(arch), config };
}

/** The lists to use now, or undefined while there are none. */
export function currentLists(area: AptArea): ListSnapshot | undefined {
  const id = contentOf(pointerOf(area)).trim();
  if (!/^[0-9a-f]{24}$/.test(id)) return undefined;
  const folder = join(snapshotsOf(area), id);
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? { folder, id } : undefined;
}

/** The file that names the current snapshot. */
export function pointerOf(area: AptArea): string {
  return join(area.folder, "current");
}

export function snapshotsOf(area: AptArea): string {
  return join(area.folder, "snapshots");
}

/** Mirrors decide which versions there are; preferences decide which of them apt picks. */
function decidingFiles(config: string): string[] {
  const single = ["sources.list", "preferences"].map(name => join(config, name));
  const parts = ["sources.list.d", "preferences.d"].flatMap(name => filesIn(join(config, name)));
  return [...single, ...parts.filter(path => /\.(?:list|sources|pref)$|\/[^./]+$/.test(path))];
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map(name => join(folder, name));
  } catch {
    return [];
  }
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
