import { type FileHandle, open } from "node:fs/promises";

/**
 * Sets the time in the header of an EFI program, where objcopy leaves the moment of its run, and the checksum to 0 (not
 * computed): nobody but Windows drivers' loader looks at it.
 * @param seconds since 1970
 */
export async function setPeTime(path: string, seconds: number): Promise<void> {
  await inHeader(path, async (file, header) => {
    await writeWord(file, header + 4, seconds >>> 0);
    await writeWord(file, header + checksum, 0);
  });
}

/** Sets the checksum in the header of an EFI program to 0 (not computed). */
export async function clearPeChecksum(path: string): Promise<void> {
  await inHeader(path, (file, header) => writeWord(file, header + checksum, 0));
}

// Behind the file header's 20 bytes, in the optional header.
const checksum = 20 + 64;

async function inHeader(
  path: string,
  work: (file: FileHandle, header: number) => Promise<void>,
): Promise<void> {
  const file = await open(path, "r+");
  try {
    const word = Buffer.alloc(4);
    await file.read(word, 0, 4, 0x3c);
    await work(file, word.readUInt32LE() + 4);
  } finally {
    await file.close();
  }
}

async function writeWord(file: FileHandle, at: number, value: number): Promise<void> {
  const word = Buffer.alloc(4);
  word.writeUInt32LE(value);
  await file.write(word, 0, 4, at);
}
