import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Removes a folder with all it holds: also folders that forbid writing (as trees of an image may), and what a sandbox
 * left there that belongs to its own users.
 */
export async function removeFolder(path: string): Promise<void> {
  try {
    await removeAll(path);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    try {
      await makeWritable(path);
      await removeAll(path);
    } catch (second) {
      // Root needs no help; if even root may not, namespaces are no way either.
      if (process.getuid?.() === 0) throw second;
      const { removeThroughNamespaces } = await import("../sandbox/namespaces/removeThroughNamespaces.ts");
      await removeThroughNamespaces(path, second);
    }
  }
}

function removeAll(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}

function isForbidden(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EACCES" || code === "EPERM" || code === "ENOTEMPTY";
}

// What the first try still removes, a moment after it gave up, may vanish meanwhile.
async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
  }
}
