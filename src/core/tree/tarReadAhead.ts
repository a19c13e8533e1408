import type { Buffer } from "node:buffer";
import { Damage } from "./tarReadDamage.ts";
import type { ByteFeed } from "./tarReadFeed.ts";
import { padded, type TarHeader } from "./tarReadHeader.ts";
import { extensionLimit, type PaxRecord, readPaxRecords } from "./tarReadPax.ts";
import { untilNul } from "./tarReadText.ts";

/** What headers without a member of their own have said about the next member. */
export interface Ahead {
  records: PaxRecord[];
  longName: Buffer | undefined;
  longLink: Buffer | undefined;
}

export function nothingAhead(): Ahead {
  return { records: [], longName: undefined, longLink: undefined };
}

/** Takes in a header that only speaks of others; false when `header` is a member. */
export async function readAhead(
  header: TarHeader,
  feed: ByteFeed,
  ahead: Ahead,
  globals: Map<string, PaxRecord>,
): Promise<boolean> {
  switch (header.flag) {
    case "x":
    case "X":
      ahead.records.push(...readPaxRecords(await extensionBody(header, feed)));
      return true;
    case "g":
      for (const record of readPaxRecords(await extensionBody(header, feed))) globals.set(record.key, record);
      return true;
    case "L":
      ahead.longName = untilNul(await extensionBody(header, feed));
      return true;
    case "K":
      ahead.longLink = untilNul(await extensionBody(header, feed));
      return true;
    case "V":
      await feed.skip(padded(header.size));
      return true;
    default:
      return false;
  }
}

async function extensionBody(header: TarHeader, feed: ByteFeed): Promise<Buffer> {
  if (header.size > extensionLimit) throw new Damage("an extended header is larger than can be true");
  const body = await feed.take(padded(header.size));
  if (!body) throw new Damage("it ends in the middle of an entry");
  return body.subarray(0, header.size);
}
