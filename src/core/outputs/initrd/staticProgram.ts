import type { Arch } from "../../host/host.ts";

const machines: Readonly<Record<Arch, number>> = { x86_64: 62, aarch64: 183 };
const interpreterSegment = 3;

/** True for a 64-bit ELF program for `arch` that needs no shared libraries: it runs where nothing else is. */
export function isStaticProgram(bytes: Buffer, arch: Arch): boolean {
  if (bytes.length < 64 || bytes.toString("latin1", 0, 4) !== "\x7fELF" || bytes.readUInt8(4) !== 2)
    return false;
  if (bytes.readUInt16LE(18) !== machines[arch]) return false;
  const table = Number(bytes.readBigUInt64LE(32));
  const size = bytes.readUInt16LE(54);
  const count = bytes.readUInt16LE(56);
  if (count === 0 || table + size * count > bytes.length) return false;
  for (let index = 0; index < count; index++) {
    if (bytes.readUInt32LE(table + index * size) === interpreterSegment) return false;
  }
  return true;
}

/** The applets among `wanted` that a BusyBox program does not have: it keeps the names as a list of C strings. */
export function missingApplets(busybox: Buffer, wanted: readonly string[]): readonly string[] {
  return wanted.filter(name => !busybox.includes(`\0${name}\0`, 0, "latin1"));
}
