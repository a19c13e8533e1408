import type { ParameterPath, Place } from "../stage.ts";

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const maxId = 0xfffffffe;

/** Permission bits from octal digits, as in "0755". */
export function parseMode(text: string, place: Place, at: ParameterPath): number {
  if (/^[0-7]{3,4}$/.test(text)) return Number.parseInt(text, 8);
  throw place.fail("bad-mode", `${JSON.stringify(text)} is not a file mode.`, {
    at,
    advice: 'Write three or four octal digits in quotes, as in "0755".',
  });
}

/** Numeric owner and group, as in "0:0"; both 0 when not given. */
export function parseOwner(text: string | undefined, place: Place, at: ParameterPath): Owner {
  if (text === undefined) return { uid: 0, gid: 0 };
  const [, uid, gid] = /^(\d{1,10}):(\d{1,10})$/.exec(text) ?? [];
  if (uid !== undefined && gid !== undefined && Number(uid) <= maxId && Number(gid) <= maxId)
    return { uid: Number(uid), gid: Number(gid) };
  throw place.fail("bad-owner", `${JSON.stringify(text)} is not a numeric owner and group.`, {
    at,
    advice: 'Write both as numbers, as in "0:0" for root; names differ from image to image.',
  });
}

export interface Device {
  readonly type: "char" | "block";
  readonly major: number;
  readonly minor: number;
}

/** A device as `ls -l` and mknod have it: "c 5:1", "b 8:0". */
export function parseDevice(text: string, place: Place, at: ParameterPath): Device {
  const [, letter, major, minor] = /^([bc]) (\d{1,4}):(\d{1,7})$/.exec(text) ?? [];
  if (letter !== undefined && Number(major) <= 0xfff && Number(minor) <= 0xfffff)
    return { type: letter === "c" ? "char" : "block", major: Number(major), minor: Number(minor) };
  throw place.fail("bad-device", `${JSON.stringify(text)} is not a device.`, {
    at,
    advice: 'Write c or b, a space and the numbers, as in "c 5:1"; major up to 4095, minor up to 1048575.',
  });
}

/** Extended attributes by name, values in base64; text forms as setfattr takes them. */
export function parseXattrs(
  given: Readonly<Record<string, string>> | undefined,
  place: Place,
  at: ParameterPath,
): Readonly<Record<string, string>> | undefined {
  if (!given) return undefined;
  const parsed = Object.entries(given).map(([name, text]) => {
    const value = xattrBytes(text);
    if (value) return [name, value.toString("base64")] as const;
    throw place.fail("bad-xattr", `The value of ${name} is not valid.`, {
      at: [...at, name],
      advice: "Write text, 0x and pairs of hexadecimal digits, or 0s and base64.",
    });
  });
  return Object.fromEntries(parsed);
}

function xattrBytes(text: string): Buffer | undefined {
  if (text.startsWith("0x")) {
    const valid = /^0x(?:[0-9a-fA-F]{2})*$/.test(text);
    return valid ? Buffer.from(text.slice(2), "hex") : undefined;
  }
  return text.startsWith("0s") ? parseBase64(text.slice(2)) : Buffer.from(text);
}

/** The bytes, or undefined when the text is not base64 (white space is allowed). */
export function parseBase64(text: string): Buffer | undefined {
  const digits = text.replace(/\s+/g, "");
  const valid = digits.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(digits);
  return valid ? Buffer.from(digits, "base64") : undefined;
}
