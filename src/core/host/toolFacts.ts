/** What a tool is for and where Debian and Ubuntu have it; doctor, errors and set-up all read this table. */
export interface ToolFact {
  /** Debian/Ubuntu package. */
  readonly debian: string;
  /** Completes the sentence "X is needed …". */
  readonly purpose: string;
  /** Needed by `examples/boots`: `npm start` installs these. */
  readonly basic: boolean;
}

export const toolFacts = {
  bsdtar: { debian: "libarchive-tools", purpose: "to read archives and to write cpio", basic: true },
  mke2fs: { debian: "e2fsprogs", purpose: "to make ext4 file systems", basic: true },
  debugfs: { debian: "e2fsprogs", purpose: "to set owners and devices inside an ext4 image", basic: true },
  e2fsck: { debian: "e2fsprogs", purpose: "to check ext4 images", basic: true },
  fakeroot: { debian: "fakeroot", purpose: "to give files their owners without being root", basic: true },
  "qemu-system-x86_64": { debian: "qemu-system-x86", purpose: "to boot x86_64 images", basic: true },
  "qemu-system-aarch64": { debian: "qemu-system-arm", purpose: "to boot aarch64 images", basic: false },
  "qemu-img": { debian: "qemu-utils", purpose: "to write qcow2 images", basic: true },
  depmod: { debian: "kmod", purpose: "to index kernel modules", basic: true },
  zstd: { debian: "zstd", purpose: "to compress and read zstd", basic: true },
  xz: { debian: "xz-utils", purpose: "to compress and read xz", basic: true },
  gzip: { debian: "gzip", purpose: "to compress and read gzip", basic: true },
  "apt-get": { debian: "apt", purpose: "to fetch Debian packages", basic: true },
  "apt-cache": { debian: "apt", purpose: "to look up Debian packages", basic: true },
  "dpkg-deb": { debian: "dpkg", purpose: "to open Debian packages", basic: true },
  setpriv: { debian: "util-linux", purpose: "to end helper programs together with Whittle", basic: true },
} as const satisfies Record<string, ToolFact>;

export type ToolName = keyof typeof toolFacts;
