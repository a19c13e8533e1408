import { open, rename } from "node:fs/promises";

/** Writes a new file whose bytes are on the disk when this resolves. */
export async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Moves a finished file to its final name. Its bytes reach the disk first: after a power cut the name must not
 * stand for bytes that were never written.
 */
export async function moveSynced(from: string, to: string): Promise<void> {
  const file = await open(from, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(from, to);
}
