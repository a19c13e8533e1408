import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { planNewc } from "../../../outputs/initramfs/newc.ts";
import type { Entry } from "../../../tree/entry.ts";

// The kernel takes the next part where it finds it, but an uncompressed one must begin at a multiple of this.
const alignment = 4;

/** Files of one task by their names; they lie in /task. */
export type TaskFiles = Readonly<Record<string, string | Uint8Array>>;

/** Writes an initramfs to the new file `path`: the parts of the helper system, then the task. */
export async function writeGuestInitramfs(
  path: string,
  parts: readonly string[],
  files: TaskFiles,
  signal: AbortSignal,
): Promise<void> {
  const task = planNewc(
    Object.entries(files).map(([name, content]) => {
      const bytes = Buffer.from(content);
      const owner = { uid: 0, gid: 0, mtime: 0 };
      const entry: Entry = {
        type: "file",
        path: `task/${name}`,
        mode: 0o755,
        ...owner,
        size: bytes.length,
        offset: 0,
      };
      return { entry, content: bytes };
    }),
  );
  async function* content() {
    for (const part of parts) {
      yield* createReadStream(part);
      const { size } = await stat(part);
      yield Buffer.alloc((alignment - (size % alignment)) % alignment);
    }
    yield* task.write(signal);
  }
  await pipeline(content(), createWriteStream(path, { flags: "wx" }), { signal });
}
