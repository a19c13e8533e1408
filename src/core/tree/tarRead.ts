import { type Ahead, nothingAhead, readAhead } from "./tarReadAhead.ts";
import { MemberBody } from "./tarReadBody.ts";
import { Damage, GoodSoFar } from "./tarReadDamage.ts";
import { noExtension, type PaxExtension, readExtension } from "./tarReadExtension.ts";
import { ByteFeed } from "./tarReadFeed.ts";
import { blockSize, looksLikeTar, padded, readHeader, type TarHeader } from "./tarReadHeader.ts";
import type { MemberType, TarMember } from "./tarReadMember.ts";
import type { PaxRecord } from "./tarReadPax.ts";
import { readSparse } from "./tarReadSparse.ts";
import { archiveText } from "./tarReadText.ts";

export type { MemberType, TarMember } from "./tarReadMember.ts";

/**
 * Reads an uncompressed tar (v7, ustar, pax, GNU, star) member by member, in one pass and in little memory.
 * The source is read to its end and closed, also when the caller stops early. `signal` is looked at before each
 * chunk; a source that can wait long must end by itself when its owner aborts.
 * @throws Failure `archive-damaged` naming the last good entry; whatever the source throws.
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<TarMember, void, void> {
  const feed = new ByteFeed(source, signal);
  const good = new GoodSoFar();
  const globals = new Map<string, PaxRecord>();
  let ahead = nothingAhead();
  try {
    for (;;) {
      const block = feed.takeNow(blockSize) ?? (await feed.take(blockSize));
      if (!block) throw new Damage("the mark at the end of the archive is missing");
      const header = readHeader(block);
      if (!header) {
        if (ahead.records.length > 0 || ahead.longName || ahead.longLink) {
          throw new Damage("it ends where an entry was announced");
        }
        break;
      }
      if (await readAhead(header, feed, ahead, globals)) continue;
      const { member, body } = await openMember(header, feed, ahead, globals, good);
      ahead = nothingAhead();
      yield member;
      const left = body.leave();
      if (left > 0) await feed.skip(left);
      good.passed(member.name);
    }
    await finish(feed);
  } catch (error) {
    throw good.explain(error);
  } finally {
    await feed.close();
  }
}

/** The end is marked by two blocks of zeros; some writers stop after one. What follows them is padding. */
async function finish(feed: ByteFeed): Promise<void> {
  const second = await feed.peek(blockSize);
  if (second.some(byte => byte !== 0)) {
    throw new Damage("an empty block lies in its middle");
  }
  await feed.drain();
}

async function openMember(
  header: TarHeader,
  feed: ByteFeed,
  ahead: Ahead,
  globals: ReadonlyMap<string, PaxRecord>,
  good: GoodSoFar,
): Promise<{ member: TarMember; body: MemberBody }> {
  const plain = ahead.records.length === 0 && globals.size === 0;
  const pax: PaxExtension = plain ? noExtension : readExtension([...globals.values(), ...ahead.records]);
  const name = archiveText(pax.path ?? ahead.longName ?? header.name);
  const link = archiveText(pax.link ?? ahead.longLink ?? header.link);
  const declared = pax.size ?? header.size;
  const type = memberType(header, name.text, declared);
  const stored = await storedSize(type, header, declared, ahead.records.length > 0, feed);
  const sparse = type === "file" ? await readSparse(header, pax, stored, feed) : undefined;
  const linked = type === "symlink" || type === "hardlink";
  const body = new MemberBody(feed, good, stored - (sparse?.mapBytes ?? 0), padded(stored) - stored);
  const member: TarMember = {
    name: name.text,
    type,
    flag: header.flag,
    mode: header.mode,
    uid: pax.uid ?? header.uid,
    gid: pax.gid ?? header.gid,
    mtime: pax.mtime ?? header.mtime,
    size: type === "file" ? (sparse?.size ?? stored) : 0,
    runs: sparse?.runs,
    link: linked ? link.text : "",
    major: header.major,
    minor: header.minor,
    xattrs: pax.xattrs,
    acl: pax.acl,
    utf8: name.utf8 && pax.utf8 && (link.utf8 || !linked),
    content: body,
  };
  return { member, body };
}

function memberType({ flag, dialect }: TarHeader, name: string, size: number): MemberType {
  switch (flag) {
    case "0":
    case "7":
      // Before there were types, a directory was a name that ends in a slash.
      return name.endsWith("/") && size === 0 ? "directory" : "file";
    case "S":
      // star means another layout by the same letter, which is not known here.
      return dialect === "gnu" ? "file" : "other";
    case "1":
      return "hardlink";
    case "2":
      return "symlink";
    case "3":
      return "char";
    case "4":
      return "block";
    case "5":
    case "D":
      return "directory";
    case "6":
      return "fifo";
    default:
      return "other";
  }
}

/** How many bytes of body really follow: only some types have one, whatever their header says. */
async function storedSize(
  type: MemberType,
  header: TarHeader,
  declared: number,
  hasPax: boolean,
  feed: ByteFeed,
): Promise<number> {
  if (type === "file" || type === "other" || header.flag === "D") return declared;
  // pax may store a hard link's bytes once more; older writers give a size without any bytes.
  if (type === "hardlink" && declared > 0 && header.dialect === "ustar") {
    return hasPax || !looksLikeTar(await feed.peek(blockSize)) ? declared : 0;
  }
  return 0;
}
