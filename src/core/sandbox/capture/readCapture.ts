import { join } from "node:path";
import { Failure } from "../../failure.ts";
import type { LayerWriter, NewEntry } from "../../tree/layer.ts";
import { badPath } from "../../tree/path.ts";
import { readTar } from "../../tree/tarRead.ts";
import type { TarMember } from "../../tree/tarReadMember.ts";
import type { Tree } from "../../tree/tree.ts";
import { holdContent, sameContent } from "./capturedContent.ts";
import { type PresentPath, readCaptureHead } from "./captureHead.ts";
import { type LinkGroups, linkGroups } from "./linkGroups.ts";
import { removedPaths } from "./removedPaths.ts";
import { sameEntry } from "./sameEntry.ts";

export interface CaptureOptions {
  /** What the command was given. */
  readonly tree: Tree;
  /** What it changed goes here. */
  readonly changes: LayerWriter;
  /** Seconds since 1970: the time of whatever was written since the command began. */
  readonly clock: number;
  readonly signal: AbortSignal;
  /** A new empty folder on the host. */
  scratch(): Promise<string>;
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** How much a command changed. */
export interface Captured {
  readonly written: number;
  readonly removed: number;
}

interface Capture extends CaptureOptions {
  readonly began: number;
  readonly groups: LinkGroups;
  readonly present: ReadonlyMap<string, PresentPath>;
  readonly folder: string;
  /** Files with several names that were dealt with, by their first name. */
  readonly done: Set<string>;
}

/**
 * Reads what the capture script wrote and puts into the layer what really differs from the tree: content, type,
 * mode, owner, attributes, link target, the names of one file; and what is gone. A new time alone counts only when the
 * command set it to one before its own beginning.
 * @throws Failure `capture-broken`, `archive-damaged`, `bad-path`; what the stream throws.
 */
export async function readCapture(
  stream: AsyncIterable<Uint8Array>,
  options: CaptureOptions,
): Promise<Captured> {
  const { tree, changes, signal } = options;
  const { began, present, rest } = await readCaptureHead(stream);
  const groups = linkGroups(present, tree);
  const removed = removedPaths(tree, present);
  for (const path of removed) changes.whiteout(path);
  warnOfSockets(present, options);
  const folder = await options.scratch();
  const capture: Capture = { ...options, began, present, groups, folder, done: new Set() };
  let written = 0;
  for await (const member of readTar(rest, signal)) {
    signal.throwIfAborted();
    if (await takeMember(member, capture)) written += 1;
  }
  return { written, removed: removed.length };
}

/** @returns whether it goes into the layer. */
async function takeMember(member: TarMember, capture: Capture): Promise<boolean> {
  const { name } = member;
  const path = name.endsWith("/") ? name.slice(0, -1) : name;
  if (!member.utf8)
    throw badPath(path, "the command made it with a name, target or attribute that is not UTF-8");
  if (member.acl) {
    capture.onWarning?.(`/${path} has a POSIX access control list, which the image will not have.`);
  }
  if (member.type === "file" || member.type === "hardlink") return takeFile(member, path, capture);
  const entry = plainEntry(member, path, capture);
  const below = capture.tree.get(path);
  if (below && sameEntry(entry, below, wasTouched(member, capture))) return false;
  // A folder would otherwise land where the link of the tree below points to.
  if (below?.type === "symlink" && entry.type === "directory") capture.changes.whiteout(path);
  await capture.changes.add(entry);
  return true;
}

async function takeFile(member: TarMember, path: string, capture: Capture): Promise<boolean> {
  const { groups, done, tree, changes } = capture;
  const names = groups.namesOf(path);
  const [first = path] = names;
  if (done.has(first)) return false;
  if (names.length > 1) done.add(first);
  if (member.type === "hardlink") {
    throw new Failure("capture-broken", `The hard link /${path} came without its file.`);
  }
  const entry: NewEntry = { type: "file", ...common(member, first, capture) };
  const below = tree.get(first);
  const maybeSame =
    below?.type === "file" &&
    sameEntry(entry, below, wasTouched(member, capture)) &&
    below.size === member.size &&
    groups.unchanged(names);
  const content = await holdContent(member, join(capture.folder, "content"));
  try {
    if (maybeSame && (await sameContent(content, below))) return false;
    await changes.add(entry, content.forLayer());
  } finally {
    await content.discard();
  }
  for (const name of names.slice(1)) await changes.add({ ...entry, path: name }, { hardLink: first });
  return true;
}

function plainEntry(member: TarMember, path: string, capture: Capture): NewEntry {
  const base = common(member, path, capture);
  const { type, link } = member;
  if (type === "symlink") return { type, ...base, mode: 0o777, target: link };
  if (type === "directory" || type === "fifo") return { type, ...base };
  if (type === "char" || type === "block") {
    return { type, ...base, major: member.major, minor: member.minor };
  }
  throw new Failure(
    "capture-broken",
    `/${path} is something that has no place in an image (${member.flag}).`,
  );
}

function common(member: TarMember, path: string, capture: Capture) {
  const { mode, uid, gid, mtime, xattrs } = member;
  const time = wasTouched(member, capture) ? capture.clock : mtime;
  return { path, mode, uid, gid, mtime: time, ...(xattrs ? { xattrs } : {}) };
}

function wasTouched({ mtime }: TarMember, { began }: Capture): boolean {
  return mtime >= began;
}

function warnOfSockets(present: ReadonlyMap<string, PresentPath>, options: CaptureOptions): void {
  for (const [path, { type }] of present) {
    if (type === "s") options.onWarning?.(`The socket /${path} was left behind; an image cannot hold one.`);
  }
}
