import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OutputContext } from "../../output.ts";

const page = 4096;
const magic = "SWAPSPACE2";

/**
 * The first page of a swap area, as mkswap writes it.
 * @param bytes of the whole area
 */
export function swapHeader(bytes: number, uuid: string, label = ""): Buffer {
  const head = Buffer.alloc(page);
  head.writeUInt32LE(1, 1024);
  head.writeUInt32LE(Math.floor(bytes / page) - 1, 1028);
  Buffer.from(uuid.replaceAll("-", ""), "hex").copy(head, 1036);
  head.write(label, 1052, 16, "latin1");
  head.write(magic, page - magic.length, "latin1");
  return head;
}

/**
 * The beginning of a swap partition as a file; the rest is zeros.
 * @param bytes of the whole area
 */
export async function swapImage(
  bytes: number,
  uuid: string,
  context: Pick<OutputContext, "scratch">,
  label = "",
): Promise<string> {
  const path = join(await context.scratch(), "swap");
  await writeFile(path, swapHeader(bytes, uuid, label));
  return path;
}
