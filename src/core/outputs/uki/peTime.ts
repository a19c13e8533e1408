import { open } from "node:fs/promises";

/**
 * Sets the time in the header of an EFI program, where objcopy leaves the moment of its run, and the checksum to 0 (not
 * computed): nobody but Windows drivers' loader looks at it.
 * @param seconds since 1970
 */
export async function setPeTime(path: string, seconds: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    const word = Buffer.alloc(4);
    await file.read(word, 0, 4, 0x3c);
    const header = word.readUInt32LE() + 4;
    word.writeUInt32LE(seconds >>> 0);
    await file.write(word, 0, 4, header + 4);
    word.writeUInt32LE(0);
    await file.write(word, 0, 4, header + 20 + 64);
  } finally {
    await file.close();
  }
}
