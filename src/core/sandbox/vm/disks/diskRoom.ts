import { statfsSync } from "node:fs";
import { GiB } from "../../../../shared/bytes.ts";

const least = GiB;
const most = 64 * GiB;

/** Bytes that a guest's disk offers beyond what lies on it: what the host has free, within reason. It is sparse. */
export function diskRoom(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.min(most, Math.max(least, bavail * bsize));
}
