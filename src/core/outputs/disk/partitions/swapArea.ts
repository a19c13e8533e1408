const page = 4096;
const magic = "SWAPSPACE2";

/**
 * The first page of a swap area, as mkswap writes it.
 * @param bytes of the whole area
 */
export function swapHeader(bytes: number, uuid: string): Buffer {
  const head = Buffer.alloc(page);
  head.writeUInt32LE(1, 1024);
  head.writeUInt32LE(Math.floor(bytes / page) - 1, 1028);
  Buffer.from(uuid.replaceAll("-", ""), "hex").copy(head, 1036);
  head.write(magic, page - magic.length, "latin1");
  return head;
}
