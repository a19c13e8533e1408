import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AptArea, currentLists, type ListSnapshot } from "../../../debian/aptArea.ts";
import { runApt } from "../../../debian/aptCommand.ts";
import { Failure } from "../../../failure.ts";
import type { Arch, Host } from "../../../host/host.ts";
import { sourceArea } from "./sourceArea.ts";
import { sourceTargets, updateSourceLists } from "./sourceLists.ts";

/** One version of a source package. Survives JSON unchanged. */
export type SourcePackage = {
  readonly package: string;
  readonly version: string;
  readonly files: readonly SourceFile[];
};

/** A file of a source package: its description, the original, or what the distribution changed. */
export type SourceFile = { readonly name: string; readonly sha256: string; readonly size: number };

export interface SourceRequest {
  /** `NAME`, or `NAME=VERSION`. */
  readonly package: string;
  readonly arch: Arch;
  /** Folder with the lists of mirrors; default the system's. */
  readonly aptConfig?: string | undefined;
  /** Ask the mirrors anew. */
  readonly fresh?: boolean | undefined;
  readonly signal: AbortSignal;
  log(line: string): void;
}

/**
 * Finds the version of a source package that this system's mirrors offer. The answer is remembered with the lists it
 * comes from.
 * @throws Failure `package-unknown`, `packages-unreachable`, `apt-missing`.
 */
export async function resolveSourcePackage(host: Host, request: SourceRequest): Promise<SourcePackage> {
  const { signal, log } = request;
  const area = sourceArea(host, request.arch, request.aptConfig);
  const known = currentLists(area);
  const remembered = known && !request.fresh ? recall(known, request.package) : undefined;
  if (remembered) return remembered;
  let lists = known && !request.fresh ? known : await updateSourceLists(host, area, known, signal, log);
  let found = await find(host, area, lists, request);
  if (!found && lists === known) {
    lists = await updateSourceLists(host, area, known, signal, log);
    found = await find(host, area, lists, request);
  }
  if (!found) {
    throw new Failure(
      "package-unknown",
      `The mirrors of this system have no source package ${request.package}.`,
      {
        advice: "For BusyBox it is called busybox. Without `=VERSION` the newest is taken.",
      },
    );
  }
  remember(lists, request.package, found);
  return found;
}

async function find(
  host: Host,
  area: AptArea,
  lists: ListSnapshot,
  request: SourceRequest,
): Promise<SourcePackage | undefined> {
  const options = { signal: request.signal, accept: [0, 100] };
  const args = [
    ...sourceTargets,
    "source",
    "--print-uris",
    "--download-only",
    "--only-source",
    request.package,
  ];
  const { stdout, exitCode } = await runApt(host, "apt-get", area, lists.folder, args, options);
  if (exitCode !== 0) return undefined;
  const files = filesIn(stdout);
  const description = files.find(each => each.name.endsWith(".dsc"));
  const [name = request.package] = request.package.split("=");
  if (!description) return undefined;
  const shown = [...sourceTargets, "showsrc", "--only-source", name];
  const { stdout: stanzas } = await runApt(host, "apt-cache", area, lists.folder, shown, options);
  const stanza = stanzas.split(/\n\s*\n/).find(each => each.includes(description.sha256));
  const version = stanza && /^Version:\s*(\S+)/m.exec(stanza)?.[1];
  return version === undefined ? undefined : { package: name, version, files };
}

/** Reads lines as `'URL' NAME SIZE SHA256:HEX`. */
function filesIn(text: string): SourceFile[] {
  return [...text.matchAll(/^'[^']*' (\S+) (\d+) SHA256:([0-9a-f]{64})$/gm)].map(found => ({
    name: found[1] ?? "",
    sha256: found[3] ?? "",
    size: Number(found[2]),
  }));
}

function recall(lists: ListSnapshot, name: string): SourcePackage | undefined {
  try {
    return JSON.parse(readFileSync(memoOf(lists, name), "utf8")) as SourcePackage;
  } catch {
    return undefined;
  }
}

function remember(lists: ListSnapshot, name: string, found: SourcePackage): void {
  const path = memoOf(lists, name);
  const fresh = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    mkdirSync(join(lists.folder, "resolved"), { recursive: true });
    writeFileSync(fresh, JSON.stringify(found));
    renameSync(fresh, path);
  } catch {
    // Without a memory it is only slower.
    return;
  }
}

function memoOf(lists: ListSnapshot, name: string): string {
  return join(lists.folder, "resolved", `${encodeURIComponent(name)}.json`);
}
