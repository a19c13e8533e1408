const polynomial = 0x82f63b78;
const steps = 8;

// Eight bytes at a time: the content of a whole system goes through here.
const tables = Array.from({ length: steps }, () => new Uint32Array(256));
const first = tables[0] ?? new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ polynomial : rest >>> 1;
  first[byte] = rest;
}
for (let step = 1; step < steps; step++) {
  const table = tables[step];
  const before = tables[step - 1];
  if (!table || !before) continue;
  for (let byte = 0; byte < 256; byte++) {
    const rest = before[byte] ?? 0;
    table[byte] = (rest >>> 8) ^ (first[rest & 0xff] ?? 0);
  }
}
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
  ...[Uint32Array, Uint32Array, Uint32Array, Uint32Array],
  ...[Uint32Array, Uint32Array, Uint32Array, Uint32Array],
];

/** CRC-32C without the turning of bits at either end, as btrfs hashes names: start with `rest`. */
export function crc32cFrom(rest: number, bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = rest | 0;
  let at = from;
  const whole = from + Math.floor((to - from) / steps) * steps;
  for (; at < whole; at += steps) {
    const low =
      crc ^
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24));
    crc =
      (t7[low & 0xff] as number) ^
      (t6[(low >>> 8) & 0xff] as number) ^
      (t5[(low >>> 16) & 0xff] as number) ^
      (t4[low >>> 24] as number) ^
      (t3[bytes[at + 4] as number] as number) ^
      (t2[bytes[at + 5] as number] as number) ^
      (t1[bytes[at + 6] as number] as number) ^
      (t0[bytes[at + 7] as number] as number);
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ (t0[(crc ^ (bytes[at] as number)) & 0xff] as number);
  return crc >>> 0;
}

/** CRC-32C as btrfs keeps it of blocks and of content. */
export function checksum(bytes: Uint8Array, from = 0, to = bytes.length): number {
  return ~crc32cFrom(0xffffffff, bytes, from, to) >>> 0;
}
