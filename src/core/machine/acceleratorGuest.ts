/** What a test guest writes to its serial line. */
export const proofText = "whittle";

/**
 * Steps that a test guest counts before it says anything: some 50 ms on a processor that runs guests by itself, 0.3 s
 * under QEMU's own emulation. A host that itself emulates each of a guest's instructions (seen in virtual machines
 * without nested virtualisation: 3 million a second) would start a guest and then need an hour to boot it.
 */
const steps = 1 << 27;

/**
 * A boot sector (512 bytes) that counts, writes `proofText` to the first serial port and halts: the smallest thing
 * that only a processor that really runs can do in time.
 */
export function bootSector(): Uint8Array {
  const sector = new Uint8Array(512);
  const code = [
    ...[0x31, 0xc0], //             xor  ax, ax
    ...[0x8e, 0xd8], //             mov  ds, ax
    ...[0xfc], //                   cld
    ...[0x66, 0xb9, ...littleEndian(steps)], // mov ecx, steps
    ...[0x66, 0x49], //      count: dec  ecx
    ...[0x75, 0xfc], //             jnz  count
    ...[0xbe, 0x40, 0x7c], //       mov  si, 0x7c40   the text, where the BIOS loads it
    ...[0xba, 0xf8, 0x03], //       mov  dx, 0x3f8    COM1
    ...[0xb9, proofText.length, 0], // mov  cx, length
    ...[0xac], //             next: lodsb
    ...[0xee], //                   out  dx, al
    ...[0xe2, 0xfc], //             loop next
    ...[0xf4], //             rest: hlt
    ...[0xeb, 0xfd], //             jmp  rest
  ];
  sector.set(code);
  sector.set(Buffer.from(proofText), 0x40);
  sector.set([0x55, 0xaa], 510);
  return sector;
}

/** The same for QEMU's `virt` machine: bytes that `-kernel` loads and starts at their first instruction. */
export function armCode(): Uint8Array {
  const words = [
    (0xd2a00002 | ((steps >>> 16) << 5)) >>> 0, // movz x2, #(steps >> 16), lsl #16
    0xf1000442, // subs x2, x2, #1
    0x54ffffe1, // b.ne .-4
    0xd2a12001, // movz x1, #0x0900, lsl #16   the PL011's data register
    ...[...Buffer.from(proofText)].flatMap(byte => [
      (0x52800000 | (byte << 5)) >>> 0, // movz w0, #byte
      0x39000020, //                       strb w0, [x1]
    ]),
    0xd503207f, // wfi
    0x17ffffff, // b .-4
  ];
  const bytes = Buffer.alloc(words.length * 4);
  for (const [index, word] of words.entries()) bytes.writeUInt32LE(word, index * 4);
  return bytes;
}

function littleEndian(value: number): number[] {
  return [0, 8, 16, 24].map(shift => (value >>> shift) & 0xff);
}
