/** A file system's own number as blkid and /etc/fstab have it, out of a uuid; a FAT has eight digits. */
export function uuidOnDisk(filesystem: string, uuid: string): string | undefined {
  if (filesystem === "none") return undefined;
  if (filesystem !== "vfat") return uuid;
  const serial = fatSerial(uuid).toUpperCase();
  return `${serial.slice(0, 4)}-${serial.slice(4)}`;
}

/** 8 hex digits. */
export function fatSerial(uuid: string): string {
  return uuid.replaceAll("-", "").slice(-8);
}
