import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MachineSpec } from "../../../src/core/machine/machine.ts";

/**
 * A guest in one boot sector, there within a tenth of a second. It writes "Hello\r\nlogin: ", then answers each key:
 *
 *   Q  powers off by ACPI (out 0x604, 0x2000)         !  resets (out 0xcf9, 6)
 *   F  writes 65536 numbered lines, 4 letters A to P each, 327,680 bytes
 *   C  asks the terminal for its cursor (ESC [ 6 n)   P  writes a kernel panic and halts
 *   any other key is echoed
 *
 *   next: call read; cmp $'Q',%al; je off; … ; call write; jmp next
 *   write: waits for bit 5 of port 0x3fd, then out 0x3f8    read: waits for bit 0 of port 0x3fd, then in 0x3f8
 */
const code = [
  "McCO2I7QvAB8/L6YfOh9AOhtADxRdBU8IXQZPEZ0LjxDdBg8UHQc6EUA6+S6BAa4ACDv9Lr5DLAG7vS+p3zoTADrzb6sfOhE",
  "APr06/0x24j46A8AiNjoCgCwCugRAEN17uutUMDoBOgDAFgkDwRBUlC6/QPsqCB0+1i6+APuWsO6/QPsqAF0+7r4A+zDrITA",
  "dAXo2v/r9sNIZWxsbw0KbG9naW46IAAbWzZuAFsgICAgMS4wMDAwMDBdIEtlcm5lbCBwYW5pYyAtIG5vdCBzeW5jaW5nOiBW",
  "RlM6IFVuYWJsZSB0byBtb3VudCByb290IGZzIG9uIHVua25vd24tYmxvY2soMCwwKQ0KWyAgICAxLjEwMDAwMF0gLS0tWyBl",
  "bmQgS2VybmVsIHBhbmljIC0gbm90IHN5bmNpbmc6IFZGUyBdLS0tDQoA",
].join("");

/** Makes a raw disk image with the guest on it; firmware takes no disk of a single sector. */
export function writeTestDisk(folder: string): string {
  const disk = Buffer.alloc(1024 * 1024);
  disk.set(Buffer.from(code, "base64"));
  disk.set([0x55, 0xaa], 510);
  const path = join(folder, "guest, with a comma.img");
  writeFileSync(path, disk);
  return path;
}

/** What the guest writes on F. */
export function floodText(): string {
  const letter = (value: number, shift: number): string => String.fromCharCode(65 + ((value >> shift) & 15));
  const lines: string[] = [];
  for (let n = 0; n < 65536; n += 1) lines.push(letter(n, 12) + letter(n, 8) + letter(n, 4) + letter(n, 0));
  return `${lines.join("\n")}\n`;
}

export function testSpec(folder: string, changes: Partial<MachineSpec> = {}): MachineSpec {
  return {
    name: "guest, test",
    arch: "x86_64",
    media: { drives: [{ path: writeTestDisk(folder), format: "raw" }], cmdline: [] },
    memory: 32,
    cpus: 1,
    cmdline: "",
    network: "none",
    forward: [],
    ready: "login: $",
    accelerator: "tcg",
    logFile: join(folder, "out", "console.log"),
    ...changes,
  };
}
