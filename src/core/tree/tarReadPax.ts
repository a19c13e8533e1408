import type { Buffer } from "node:buffer";
import { Damage } from "./tarReadDamage.ts";

/** One record of a pax header; values are raw bytes. */
export interface PaxRecord {
  readonly key: string;
  readonly value: Buffer;
}

// Attributes are at most 64 KiB each in Linux; a sparse map has one short record per run.
/** Longest extended header or long name that is believed, in bytes. */
export const extensionLimit = 16 * 1024 * 1024;

/** The `LENGTH KEY=VALUE\n` records of an extended header, in their order. @throws Damage. */
export function readPaxRecords(body: Buffer): PaxRecord[] {
  const records: PaxRecord[] = [];
  let at = 0;
  while (at < body.length && body[at] !== 0) {
    const space = body.indexOf(0x20, at);
    const digits = space < 0 ? "" : body.toString("latin1", at, space);
    const length = /^\d{1,9}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    const equals = body.indexOf(0x3d, space + 1);
    if (length === 0 || end > body.length || body[end - 1] !== 0x0a || equals < 0 || equals >= end) {
      throw new Damage("an extended header cannot be read");
    }
    records.push({
      key: body.toString("utf8", space + 1, equals),
      value: body.subarray(equals + 1, end - 1),
    });
    at = end;
  }
  return records;
}

/** A whole number in decimal, a fraction cut off towards the past. @throws Damage. */
export function paxNumber(value: Buffer): number {
  const match = /^(-?\d+)(?:\.(\d*))?$/.exec(value.toString("latin1"));
  const whole = match ? Number(match[1]) : Number.NaN;
  if (!Number.isSafeInteger(whole)) throw new Damage("an extended header holds a number that cannot be read");
  const beforeWhole = match?.[1]?.startsWith("-") && /[1-9]/.test(match[2] ?? "");
  return beforeWhole ? whole - 1 : whole;
}

/** A size or count: a whole number that is not negative. @throws Damage. */
export function paxSize(value: Buffer): number {
  const number = paxNumber(value);
  if (number < 0) throw new Damage("an extended header holds a negative size");
  return number;
}
