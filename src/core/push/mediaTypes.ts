/** Media types of files that are pushed as they are, by how their names end; registered ones where there are any. */
const byEnding: readonly (readonly [ending: string, mediaType: string])[] = [
  [".gz", "application/gzip"],
  [".xz", "application/x-xz"],
  [".zst", "application/zstd"],
  [".iso", "application/vnd.efi.iso"],
  [".raw", "application/vnd.efi.img"],
  [".efi", "application/vnd.microsoft.portable-executable"],
  [".qcow2", "application/x-qemu-disk"],
  [".vmdk", "application/x-vmdk-disk"],
  [".vdi", "application/x-virtualbox-vdi"],
  [".vhdx", "application/x-vhdx"],
  [".squashfs", "application/vnd.squashfs"],
  [".tar", "application/x-tar"],
  [".cpio", "application/x-cpio"],
  [".cmdline", "text/plain"],
];

/** What a file is, for those who look at a registry. */
export function mediaTypeOf(fileName: string): string {
  return byEnding.find(([ending]) => fileName.endsWith(ending))?.[1] ?? "application/octet-stream";
}
