/** The fields of a ustar header. Times in seconds, sizes in bytes. */
export interface UstarFields {
  readonly name: string;
  /** One character: what the member is. */
  readonly flag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly link: string;
  readonly device?: readonly [major: number, minor: number];
}

/**
 * One 512-byte ustar header. What does not fit is written as zero or shortened: pax records before it say it in
 * full (see fitsUstar…).
 */
export function encodeUstar(fields: UstarFields): Buffer {
  const header = Buffer.alloc(512);
  const [prefix, name] = splitName(fields.name) ?? ["", plain(fields.name)];
  header.write(name, 0, 100, "latin1");
  writeOctal(header, 100, 8, fields.mode);
  writeOctal(header, 108, 8, fields.uid);
  writeOctal(header, 116, 8, fields.gid);
  writeOctal(header, 124, 12, fields.size);
  writeOctal(header, 136, 12, fields.mtime);
  header.write(fields.flag, 156, 1, "latin1");
  header.write(fitsUstarLink(fields.link) ? fields.link : plain(fields.link), 157, 100, "latin1");
  header.write("ustar\x0000", 257, 8, "latin1");
  if (fields.device) {
    writeOctal(header, 329, 8, fields.device[0]);
    writeOctal(header, 337, 8, fields.device[1]);
  }
  header.write(prefix, 345, 155, "latin1");
  writeChecksum(header);
  return header;
}

/** True when ustar's name field, or prefix and name together, hold `name`: ASCII and short enough. */
export function fitsUstarName(name: string): boolean {
  return splitName(name) !== undefined;
}

/** True when ustar's link field holds `link`. */
export function fitsUstarLink(link: string): boolean {
  return link.length <= 100 && isAscii(link);
}

/** True when a number field of `width` bytes holds `value`. */
export function fitsUstarNumber(value: number, width: 8 | 12): boolean {
  return value >= 0 && value < 8 ** (width - 1);
}

function splitName(name: string): readonly [prefix: string, name: string] | undefined {
  if (!isAscii(name)) return undefined;
  if (name.length <= 100) return ["", name];
  if (name.length > 256) return undefined;
  // The first slash that leaves at most 100 bytes behind it; one at the very end belongs to a folder's name.
  const slash = name.indexOf("/", name.length - 101);
  if (slash <= 0 || slash > 155 || slash === name.length - 1) return undefined;
  return [name.slice(0, slash), name.slice(slash + 1)];
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what this tests.
  return /^[\x00-\x7f]*$/.test(text);
}

/** A stand-in for a name that only the pax records hold in full. */
function plain(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, "_").slice(0, 100);
}

function writeOctal(header: Buffer, at: number, width: 8 | 12, value: number): void {
  const digits = fitsUstarNumber(value, width) ? value.toString(8) : "0";
  header.write(digits.padStart(width - 1, "0"), at, "latin1");
}

function writeChecksum(header: Buffer): void {
  // The sum counts its own field as eight spaces.
  let sum = 8 * 0x20;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}
