import { join } from "node:path";
import { blockBytes } from "../../../outputs/disk/ext4/ext4Image.ts";
import { makeFileSystem } from "../../../outputs/disk/ext4/mke2fs.ts";
import type { DiskWork } from "./treeDisk.ts";

const bytesPerInode = 16_384;
const identity = {
  uuid: "77686974-746c-4502-8073-706163650001",
  hashSeed: "77686974-746c-4502-8073-706163650002",
  label: "whittle-space",
};

/** Makes an empty sparse ext4 for what commands write outside of the tree. @returns absolute path. */
export async function makeSpaceDisk({ host, signal, folder, clock, room }: DiskWork): Promise<string> {
  const image = join(folder, "space.raw");
  const shape = {
    blocks: Math.floor(room / blockBytes),
    inodes: Math.ceil(room / bytesPerInode),
    journal: false,
  };
  await makeFileSystem({ host, signal, folder, identity: { ...identity, clock } }, image, shape);
  return image;
}
