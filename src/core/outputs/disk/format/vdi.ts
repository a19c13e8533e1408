import { open } from "node:fs/promises";
import { mixedEndian } from "./uuidBytes.ts";

const imageUuid = 0x188;
const snapshotUuid = 0x198;

/** Sets the identities of a VirtualBox image, by which that tells its disks apart. */
export async function setVdiIdentity(path: string, image: string, snapshot: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.write(mixedEndian(image), 0, 16, imageUuid);
    await file.write(mixedEndian(snapshot), 0, 16, snapshotUuid);
  } finally {
    await file.close();
  }
}
