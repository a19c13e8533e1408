import { open } from "node:fs/promises";

const sector = 512;
const magic = "KDMV";

/**
 * Sets what QEMU drew by lot or took from its own surroundings in the descriptor of a vmdk: the identity of the content
 * and the name of the file.
 * Specification: VMware, Virtual Disk Format 5.0
 * @throws Error when the file is not such an image, which is a defect
 */
export async function setVmdkIdentity(path: string, fileName: string, uuid: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    const head = Buffer.alloc(sector);
    await file.read(head, 0, sector, 0);
    if (head.toString("latin1", 0, 4) !== magic) throw new Error(`${path} is no sparse vmdk.`);
    const start = Number(head.readBigUInt64LE(28)) * sector;
    const text = Buffer.alloc(Number(head.readBigUInt64LE(36)) * sector);
    await file.read(text, 0, text.length, start);
    const given = text.toString("utf8").replace(/\0+$/, "");
    // All bits set would mean that there is no parent.
    const cid = uuid
      .replaceAll("-", "")
      .slice(0, 8)
      .replace(/^f{8}$/, "fffffffe");
    const set = given
      .replace(/^CID=[0-9a-f]+$/m, `CID=${cid}`)
      .replace(/^(RW \d+ SPARSE) ".*"$/m, (_all, start: string) => `${start} "${fileName}"`);
    const written = Buffer.alloc(text.length);
    written.write(set, "utf8");
    await file.write(written, 0, written.length, start);
  } finally {
    await file.close();
  }
}
