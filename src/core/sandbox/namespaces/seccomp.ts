/**
 * Calls that are refused: they reach the keys of whoever builds, which no namespace keeps apart (add_key, request_key,
 * keyctl). By architecture as the kernel numbers it (AUDIT_ARCH_…), 32-bit programs included.
 */
const refused: readonly (readonly [architecture: number, first: number])[] = [
  [0xc000_003e, 248], // x86_64; its x32 calls carry a bit more
  [0x4000_0003, 286], // i386
  [0xc000_00b7, 217], // aarch64
  [0x4000_0028, 309], // arm
];
const calls = 3;

const load = 0x20;
const and = 0x54;
const jumpIfEqual = 0x15;
const jumpIfAtLeast = 0x35;
const give = 0x06;
const allow = 0x7fff_0000;
const refuse = 0x0005_0001; // EPERM
const x32Bit = 0x4000_0000;
const offsetOfCall = 0;
const offsetOfArchitecture = 4;

/** The filter as a BPF program, for bubblewrap's --seccomp; in the byte order of the processors it is for. */
export function seccompFilter(): Buffer {
  const program: Buffer[] = [];
  for (const [architecture, first] of refused) {
    program.push(
      instruction(load, offsetOfArchitecture),
      instruction(jumpIfEqual, architecture, 0, 6),
      instruction(load, offsetOfCall),
      instruction(and, ~x32Bit >>> 0),
      instruction(jumpIfAtLeast, first, 0, 2),
      instruction(jumpIfAtLeast, first + calls, 1, 0),
      instruction(give, refuse),
      instruction(give, allow),
    );
  }
  program.push(instruction(give, allow));
  return Buffer.concat(program);
}

/** struct sock_filter: what to do, how far to jump when it holds and when not, and a number. */
function instruction(code: number, value: number, whenTrue = 0, whenFalse = 0): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes[2] = whenTrue;
  bytes[3] = whenFalse;
  bytes.writeUInt32LE(value, 4);
  return bytes;
}
