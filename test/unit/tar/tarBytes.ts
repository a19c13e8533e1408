/** What goes into one hand-made header block; everything has a harmless default. */
export interface Block {
  readonly name?: string | Uint8Array;
  readonly flag?: string;
  readonly mode?: number;
  readonly uid?: number | Uint8Array;
  readonly gid?: number | Uint8Array;
  readonly mtime?: number | Uint8Array;
  /** What the size field says; default: length of `body`. */
  readonly size?: number | Uint8Array;
  readonly link?: string | Uint8Array;
  readonly magic?: "ustar\x0000" | "ustar  \0" | "";
  readonly major?: number;
  readonly minor?: number;
  readonly prefix?: string;
  readonly body?: string | Uint8Array;
  /** Writes into the finished block, before its checksum is made. */
  readonly patch?: (block: Buffer) => void;
}

/** One header block and its body, padded, byte by byte. */
export function block(given: Block): Buffer {
  const bytes = Buffer.alloc(512);
  const body = Buffer.from(given.body ?? "");
  const number = (value: number | Uint8Array, at: number, width: number) => {
    if (typeof value === "number") bytes.write(value.toString(8).padStart(width - 1, "0"), at, "latin1");
    else bytes.set(value, at);
  };
  bytes.set(Buffer.from(given.name ?? "file").subarray(0, 100), 0);
  number(given.mode ?? 0o644, 100, 8);
  number(given.uid ?? 0, 108, 8);
  number(given.gid ?? 0, 116, 8);
  number(given.size ?? body.length, 124, 12);
  number(given.mtime ?? 0, 136, 12);
  bytes.write(given.flag ?? "0", 156, "latin1");
  bytes.set(Buffer.from(given.link ?? "").subarray(0, 100), 157);
  bytes.write(given.magic ?? "ustar\x0000", 257, "latin1");
  if (given.magic !== "") {
    number(given.major ?? 0, 329, 8);
    number(given.minor ?? 0, 337, 8);
  }
  bytes.write(given.prefix ?? "", 345, "latin1");
  given.patch?.(bytes);
  sign(bytes);
  return Buffer.concat([bytes, pad(body)]);
}

/** Puts the right checksum into a header block. */
export function sign(bytes: Buffer): void {
  bytes.fill(0x20, 148, 156);
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}

/** A pax header with these records, values as text or bytes. */
export function pax(
  records: readonly (readonly [key: string, value: string | Uint8Array])[],
  flag = "x",
): Buffer {
  return block({
    name: "PaxHeaders/x",
    flag,
    body: Buffer.concat(records.map(([key, value]) => paxLine(key, value))),
  });
}

export function paxLine(key: string, value: string | Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from("\n")]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length++;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

/** The parts and the mark at the end. */
export function tarOf(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

export function pad(body: Uint8Array): Buffer {
  return Buffer.concat([body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

/** A big-endian number with the mark of base 256 in a field of `width` bytes. */
export function base256(value: bigint, width: number): Buffer {
  const bytes = Buffer.alloc(width);
  let rest = BigInt.asUintN(width * 8, value);
  for (let i = width - 1; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  bytes[0] = (bytes[0] ?? 0) | 0x80;
  return bytes;
}

/** The bytes as a stream of chunks of `size`. */
export async function* inChunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
