import { Failure } from "../../failure.ts";
import type { LayerWriter, NewEntry } from "../../tree/layer.ts";
import { checkLinkTarget } from "../../tree/path.ts";
import type { TarMember } from "../../tree/tarReadMember.ts";
import { type Placement, placeName } from "./placement.ts";
import { refused } from "./refused.ts";
import { SeenEntries } from "./seenEntries.ts";

export interface Unpacked {
  readonly entries: number;
  /** Entries that were left out because `strip` took their whole name. */
  readonly stripped: number;
  /** Entries whose POSIX access control lists were left behind. */
  readonly withAcl: number;
}

/**
 * Puts the members of an archive into a layer, in the archive's order (a later one of the same name wins).
 * Nothing here touches the host's disk under a name from the archive; yet a layer must also mean the same to
 * every other reader, so what could lead outside or be read in two ways is refused.
 * @throws Failure `archive-refused` naming the entry.
 */
export async function unpack(
  members: AsyncIterable<TarMember>,
  layer: LayerWriter,
  placement: Placement,
): Promise<Unpacked> {
  const seen = new SeenEntries();
  let entries = 0;
  let stripped = 0;
  let withAcl = 0;
  for await (const member of members) {
    const path = placeName(member, member.name, placement);
    if (path === placement.into && member.type !== "directory") {
      throw refused(member, "it would take the place of the folder that everything is unpacked into");
    }
    if (path === undefined) {
      stripped++;
    } else if (path !== "") {
      await addMember(member, path, layer, placement, seen).catch((error: unknown) => {
        throw asRefusal(error);
      });
      entries++;
      if (member.acl) withAcl++;
    }
  }
  return { entries, stripped, withAcl };
}

async function addMember(
  member: TarMember,
  path: string,
  layer: LayerWriter,
  placement: Placement,
  seen: SeenEntries,
): Promise<void> {
  seen.checkPlace(member, path);
  if (member.type === "hardlink") return addHardLink(member, path, layer, placement, seen);
  const entry = newEntry(member, path);
  seen.put(member, entry);
  if (entry.type !== "file") return layer.add(entry);
  await layer.add(entry, { stream: member.content, size: member.size, runs: member.runs });
}

async function addHardLink(
  member: TarMember,
  path: string,
  layer: LayerWriter,
  placement: Placement,
  seen: SeenEntries,
): Promise<void> {
  const target = placeName(member, member.link, placement);
  if (!target)
    throw refused(member, `it is a hard link to ${JSON.stringify(member.link)}, which is not unpacked`);
  // GNU tar writes a file that is named twice on its command line like this.
  if (target === path && seen.get(path)) return;
  const first = seen.get(target);
  if (!first) {
    throw refused(
      member,
      `it is a hard link to ${JSON.stringify(member.link)}, which does not come before it`,
    );
  }
  if (first.type === "directory") {
    throw refused(member, `it is a hard link to ${JSON.stringify(member.link)}, which is a directory`);
  }
  // All names of a file share its attributes; what is no file has no bytes to share.
  const entry = { ...first, path };
  seen.put(member, entry);
  await (entry.type === "file" ? layer.add(entry, { hardLink: target }) : layer.add(entry));
}

function newEntry(member: TarMember, path: string): NewEntry {
  const { mode, uid, gid, mtime, xattrs, major, minor } = member;
  checkOwner(member);
  const base = { path, mode, uid, gid, mtime, ...(xattrs ? { xattrs } : {}) };
  switch (member.type) {
    case "symlink":
      checkLinkTarget(path, member.link);
      return { ...base, type: "symlink", target: member.link };
    case "char":
    case "block":
      return { ...base, type: member.type, major, minor };
    case "directory":
    case "fifo":
      return { ...base, type: member.type };
    case "file":
      if (member.name.endsWith("/")) throw refused(member, "it is a file, but its name is a directory's");
      return { ...base, type: "file" };
    default:
      throw refused(member, `its type ${JSON.stringify(member.flag)} has no place in an image`);
  }
}

function checkOwner(member: TarMember): void {
  const { uid, gid } = member;
  if (uid < 0 || gid < 0 || uid > 0xfffffffe || gid > 0xfffffffe) {
    throw refused(member, `its owner ${uid}:${gid} is none that Linux can have`);
  }
}

/** Turns a path or an entry that a layer does not take into a refusal of the archive. */
function asRefusal(error: unknown): unknown {
  if (!(error instanceof Failure) || (error.code !== "bad-path" && error.code !== "bad-entry")) return error;
  return new Failure("archive-refused", error.message, { advice: error.advice, cause: error });
}
