/**
 * Calls that are refused, by architecture as the kernel numbers it (AUDIT_ARCH_…), 32-bit programs included. They reach
 * what no namespace keeps apart: the keys of whoever builds (add_key, request_key, keyctl), and by socket() the
 * computer that this one is a virtual machine of. What a filter cannot look into is io_uring, which makes sockets too.
 */
const refused: readonly (readonly [architecture: number, keys: number, socket: number])[] = [
  [0xc000_003e, 248, 41], // x86_64; its x32 calls carry a bit more
  [0x4000_0003, 286, 359], // i386
  [0xc000_00b7, 217, 198], // aarch64
  [0x4000_0028, 309, 281], // arm
];
const keyCalls = 3;
/** io_uring_setup; it has this number everywhere. */
const ioUring = 425;
/** AF_VSOCK. */
const vsock = 40;

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
const offsetOfFirstArgument = 16;

/** The filter as a BPF program, for bubblewrap's --seccomp; in the byte order of the processors it is for. */
export function seccompFilter(): Buffer {
  const program: Buffer[] = [];
  for (const [architecture, keys, socket] of refused) {
    program.push(
      instruction(load, offsetOfArchitecture),
      instruction(jumpIfEqual, architecture, 0, 10),
      instruction(load, offsetOfCall),
      instruction(and, ~x32Bit >>> 0),
      instruction(jumpIfEqual, ioUring, 5, 0),
      instruction(jumpIfEqual, socket, 2, 0),
      instruction(jumpIfAtLeast, keys, 0, 4),
      instruction(jumpIfAtLeast, keys + keyCalls, 3, 2),
      instruction(load, offsetOfFirstArgument),
      instruction(jumpIfEqual, vsock, 0, 1),
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
