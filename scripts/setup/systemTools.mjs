// Which programs set-up sees to; the engine's own table says where Debian has them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./steps.mjs";

/** Programs that `examples/boots` needs. */
export function basicTools() {
  const facts = JSON.parse(readFileSync(join(root, "src", "core", "host", "toolFacts.json"), "utf8"));
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact.basic));
}

/** The same plus what the tests use. */
export function testTools() {
  return {
    ...basicTools(),
    chromium: { debian: "chromium" },
    cpio: { debian: "cpio" },
    fakeroot: { debian: "fakeroot" },
    python3: { debian: "python3" },
    rg: { debian: "ripgrep" },
    tmux: { debian: "tmux" },
    openssl: { debian: "openssl" },
    setfattr: { debian: "attr" },
    git: { debian: "git" },
    sqfs2tar: { debian: "squashfs-tools-ng" },
    unsquashfs: { debian: "squashfs-tools" },
    "mkfs.erofs": { debian: "erofs-utils" },
    systemctl: { debian: "systemd" },
    zip: { debian: "zip" },
    "docker-registry": { debian: "docker-registry" },
    skopeo: { debian: "skopeo" },
    make: { debian: "make" },
    mmdebstrap: { debian: "mmdebstrap" },
    pacman: { debian: "pacman-package-manager" },
    "repo-add": { debian: "makepkg" },
    vercmp: { debian: "makepkg" },
    bwrap: { debian: "bubblewrap" },
    newuidmap: { debian: "uidmap" },
    gpg: { debian: "gnupg" },
    getcap: { debian: "libcap2-bin" },
    flex: { debian: "flex" },
    "/usr/include/libelf.h": { debian: "libelf-dev" },
    bison: { debian: "bison" },
    bc: { debian: "bc" },
    patch: { debian: "patch" },
    objcopy: { debian: "binutils" },
    sbsign: { debian: "sbsigntool" },
    "/usr/share/OVMF/OVMF_CODE_4M.fd": { debian: "ovmf" },
    mformat: { debian: "mtools" },
    sfdisk: { debian: "fdisk" },
    "fsck.fat": { debian: "dosfstools" },
    btrfs: { debian: "btrfs-progs" },
    xorriso: { debian: "xorriso" },
    syslinux: { debian: "syslinux" },
    "/usr/lib/syslinux/mbr/mbr.bin": { debian: "syslinux-common" },
    "/usr/lib/ISOLINUX/isolinux.bin": { debian: "isolinux" },
    "/usr/lib/grub/i386-pc/boot.img": { debian: "grub-pc-bin" },
    "/usr/lib/grub/x86_64-efi/normal.mod": { debian: "grub-efi-amd64-bin" },
    "/usr/lib/systemd/boot/efi/linuxx64.efi.stub": { debian: "systemd-boot-efi" },
    "grub-mkimage": { debian: "grub-common" },
    "g++": { debian: "g++" },
  };
}
