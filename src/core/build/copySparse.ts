import { open } from "node:fs/promises";
import { pieces } from "./digest.ts";

const zeros = Buffer.alloc(64 * 1024);

/** Copies a file to a new path; stretches of 64 KiB that hold only zeros become holes. */
export async function copySparse(from: string, to: string, signal: AbortSignal): Promise<void> {
  const file = await open(to, "wx");
  try {
    let position = 0;
    for await (const piece of pieces(from, signal)) {
      for (let at = 0; at < piece.length; at += zeros.length) {
        const part = piece.subarray(at, at + zeros.length);
        if (!part.equals(zeros.subarray(0, part.length))) await writeAll(file, part, position + at);
      }
      position += piece.length;
    }
    await file.truncate(position);
  } finally {
    await file.close();
  }
}

async function writeAll(
  file: Awaited<ReturnType<typeof open>>,
  bytes: Buffer,
  position: number,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}
