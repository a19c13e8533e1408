import { MemberBody } from "../../tree/tarReadBody.ts";
import { Damage, type GoodSoFar } from "../../tree/tarReadDamage.ts";
import type { ByteFeed } from "../../tree/tarReadFeed.ts";
import type { MemberType, TarMember } from "../../tree/tarReadMember.ts";
import { archiveText, untilNul } from "../../tree/tarReadText.ts";
import { type CpioHeader, cpioDialect, readCpioHeader } from "./cpioHeader.ts";
import { LinkGroups } from "./cpioLinks.ts";

const trailer = "TRAILER!!!";
const longestTarget = 65_536;

/**
 * Reads cpio members (newc with or without checksums, and odc) until an archive's end and beyond it, as long as
 * another cpio of these follows directly; what else follows stays in the feed. Own code because bsdtar, which
 * could turn a cpio into a tar, drops the bytes of hard-linked files in newc.
 * @param good gets to know each entry that was read whole.
 * @throws Damage.
 */
export async function* readCpio(feed: ByteFeed, good: GoodSoFar): AsyncGenerator<TarMember, void, void> {
  do {
    yield* oneArchive(feed, good);
  } while ((await feed.skipZeros()) && cpioDialect(await feed.peek(6)));
}

async function* oneArchive(feed: ByteFeed, good: GoodSoFar): AsyncGenerator<TarMember, void, void> {
  const links = new LinkGroups();
  for (;;) {
    const header = await readCpioHeader(feed);
    const name = archiveText(untilNul(await piece(feed, header.nameLength, header.namePadding)));
    if (name.text === trailer) break;
    const type = memberType(header.mode);
    const target = type === "symlink" ? archiveText(await linkTarget(feed, header)) : undefined;
    const body = new MemberBody(
      feed,
      good,
      target ? 0 : header.size,
      target ? 0 : header.padding,
      header.checksum,
    );
    const member: TarMember = {
      name: name.text,
      type,
      flag: `0${(header.mode & 0o170000).toString(8)}`,
      mode: header.mode & 0o7777,
      uid: header.uid,
      gid: header.gid,
      mtime: header.mtime,
      size: type === "file" ? header.size : 0,
      link: target?.text ?? "",
      major: header.major,
      minor: header.minor,
      acl: false,
      utf8: name.utf8 && (target?.utf8 ?? true),
      content: body,
    };
    yield* type === "file" && header.links > 1 ? links.place(header.inode, member) : [member];
    const left = body.leave();
    if (left > 0) await feed.skip(left);
    good.passed(member.name);
  }
  yield* links.withoutBytes();
}

async function linkTarget(feed: ByteFeed, header: CpioHeader): Promise<Buffer> {
  if (header.size > longestTarget) throw new Damage("a symlink is longer than can be true");
  return header.size === 0 ? Buffer.alloc(0) : piece(feed, header.size, header.padding);
}

async function piece(feed: ByteFeed, length: number, padding: number): Promise<Buffer> {
  const bytes = feed.takeNow(length + padding) ?? (await feed.take(length + padding));
  if (!bytes) throw new Damage("it ends in the middle of an entry");
  return bytes.subarray(0, length);
}

const types: ReadonlyMap<number, MemberType> = new Map([
  [0o100000, "file"],
  [0o040000, "directory"],
  [0o120000, "symlink"],
  [0o020000, "char"],
  [0o060000, "block"],
  [0o010000, "fifo"],
]);

function memberType(mode: number): MemberType {
  return types.get(mode & 0o170000) ?? "other";
}
