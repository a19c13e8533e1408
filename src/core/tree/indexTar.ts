import type { Entry } from "./entry.ts";
import type { LayerIndex, NewEntry } from "./layer.ts";
import { checkLayerPath, checkNoRedirects, entryOf } from "./layerRules.ts";
import { sortByPath } from "./order.ts";
import { badPath, nameOf, normalizePath, parentOf } from "./path.ts";
import { TarBlocks } from "./tarBlocks.ts";
import { encodeTarHeader, paddingOf } from "./tarHeader.ts";
import { readTar } from "./tarRead.ts";
import type { TarMember } from "./tarReadMember.ts";

/** The entries of an OCI layer tar that somebody else wrote. */
export interface IndexedTar {
  readonly index: LayerIndex;
  /** Length of the tar. */
  readonly bytes: number;
  /** Why the tar cannot be a layer as it is and has to be written anew; undefined when it can. */
  readonly unfit: string | undefined;
  /** Entries whose POSIX access control lists were not read. */
  readonly withAcl: number;
}

/** What a member of a layer tar means by its name: an entry's path, or a mark. */
export type LayerName =
  | { readonly type: "entry" | "whiteout" | "opaque"; readonly path: string }
  /** The root itself, or something that only AUFS understands. */
  | { readonly type: "nothing" };

/**
 * Reads an uncompressed OCI layer tar into an index, by its headers alone: contents are passed over.
 * @throws Failure `bad-path` or `bad-entry` for what must not come into a tree, `archive-damaged`.
 */
export async function indexTar(path: string, signal: AbortSignal): Promise<IndexedTar> {
  const blocks = new TarBlocks(path);
  const found = new Found();
  for await (const member of readTar(blocks, signal)) {
    found.add(member, blocks.position);
    blocks.pass(contentBytes(member));
  }
  return { ...found.finish(), bytes: blocks.size };
}

/** Reads a member's name by the rules of OCI layers. @throws Failure `bad-path`. */
export function layerName(member: TarMember): LayerName {
  if (!member.utf8) throw badPath(member.name, "its name, its link or an attribute is not UTF-8");
  if (/^[./]*$/.test(member.name) && !member.name.includes("..")) {
    if (member.type === "directory") return { type: "nothing" };
    throw badPath(member.name, "it names the root of the image, but is no folder");
  }
  const path = normalizePath(member.name);
  const name = nameOf(path);
  const folder = parentOf(path);
  if (!name.startsWith(".wh.")) return { type: "entry", path: checkLayerPath(path) };
  if (name === ".wh..wh..opq")
    return { type: "opaque", path: folder === "" ? folder : checkLayerPath(folder) };
  if (name.startsWith(".wh..wh.")) return { type: "nothing" };
  const gone = name.slice(".wh.".length);
  return { type: "whiteout", path: checkLayerPath(folder === "" ? gone : `${folder}/${gone}`) };
}

/** The entry that a member is, at `path`; not for hard links. @throws Failure `bad-path`. */
export function memberEntry(member: TarMember, path: string): NewEntry {
  const { mode, uid, gid, mtime, xattrs, major, minor } = member;
  const base = { path, mode, uid, gid, mtime, ...(xattrs ? { xattrs } : {}) };
  switch (member.type) {
    case "symlink":
      return { ...base, type: "symlink", target: member.link };
    case "char":
    case "block":
      return { ...base, type: member.type, major, minor };
    case "directory":
    case "fifo":
      return { ...base, type: member.type };
    case "file":
      if (!member.name.endsWith("/")) return { ...base, type: "file" };
      throw badPath(member.name, "it is a file, but its name is a folder's");
    default:
      throw badPath(member.name, `its type ${JSON.stringify(member.flag)} has no place in an image`);
  }
}

function contentBytes({ type, size, runs }: TarMember): number {
  if (type !== "file") return 0;
  const bytes = runs ? runs.reduce((sum, [, length]) => sum + length, 0) : size;
  return bytes + paddingOf(bytes);
}

/** What came out of the members so far. */
class Found {
  readonly #entries = new Map<string, Entry>();
  readonly #whiteouts = new Set<string>();
  readonly #opaque = new Set<string>();
  #unfit: string | undefined;
  #withAcl = 0;

  add(member: TarMember, offset: number): void {
    const name = layerName(member);
    if (name.type === "nothing") return;
    const { path } = name;
    if (name.type === "whiteout") this.#whiteouts.add(path);
    else if (name.type === "opaque" && path === "") this.#unfit ??= "it hides all that lies below it";
    else if (name.type === "opaque") this.#opaque.add(path);
    else this.#put(member.type === "hardlink" ? this.#link(member, path) : entryAt(member, path, offset));
    if (member.acl) this.#withAcl++;
  }

  finish(): Omit<IndexedTar, "bytes"> {
    const index: LayerIndex = {
      entries: sortByPath([...this.#entries.values()], entry => entry.path),
      whiteouts: sortByPath([...this.#whiteouts], path => path),
      opaque: sortByPath([...this.#opaque], path => path),
    };
    // What is written anew is checked then: an entry that is replaced later need not lie well.
    if (this.#unfit === undefined) checkNoRedirects(index.entries);
    return { index, unfit: this.#unfit, withAcl: this.#withAcl };
  }

  #link(member: TarMember, path: string): Entry | undefined {
    const first = this.#entries.get(normalizePath(member.link));
    if (!first || first.type === "directory") {
      const target = JSON.stringify(member.link);
      this.#unfit ??= `${JSON.stringify(path)} is a hard link to ${target}, which does not come before it`;
      return undefined;
    }
    // GNU tar writes a file that is named twice on its command line like this.
    if (first.path === path) return undefined;
    if (first.type !== "file") return { ...first, path };
    return { ...first, path, hardLink: first.hardLink ?? first.path };
  }

  #put(entry: Entry | undefined): void {
    if (!entry) return;
    const known = this.#entries.get(entry.path);
    if (known && (entry.type === "file" || JSON.stringify(known) !== JSON.stringify(entry)))
      this.#unfit ??= `${JSON.stringify(entry.path)} comes more than once`;
    this.#entries.set(entry.path, entry);
  }
}

function entryAt(member: TarMember, path: string, offset: number): Entry {
  const checked = entryOf(memberEntry(member, path));
  const { size, runs } = member;
  const entry = checked.type === "file" ? { ...checked, size, offset, ...(runs ? { runs } : {}) } : checked;
  // An entry that no tar of ours could hold must not come into a tree.
  encodeTarHeader(entry);
  return entry;
}
