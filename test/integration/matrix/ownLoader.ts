import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tool } from "./tool.ts";

const modules = ["iso9660", "linux", "normal", "regexp", "search", "configfile", "boot"];
const early = "search --file --set=root /boot/archive\nset prefix=($root)/boot/grub\n";

/** The boot images of a system that brings its own loader: one for a BIOS, one for UEFI. */
export async function makeOwnLoader(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = (name: string): string => join(folder, name);
  await tool(
    ...["grub-mkimage", "-O", "i386-pc-eltorito", "-p", "/boot/grub"],
    ...["-o", path("eltorito.img"), "biosdisk", ...modules],
  );
  await writeFile(path("early.cfg"), early);
  await tool(
    ...["grub-mkimage", "-O", "x86_64-efi", "-p", "/boot/grub", "-c", path("early.cfg")],
    ...["-o", path("loader.efi"), ...modules, "all_video", "part_msdos"],
  );
  await makeEfiImage(path("efi.img"), path("loader.efi"));
}

/** A FAT file system of 4 MiB, or `mebibytes`, with a program where UEFI looks for it. */
export async function makeEfiImage(image: string, program: string, mebibytes = 4): Promise<void> {
  await tool("mformat", "-C", "-i", image, "-T", String(mebibytes * 2048), "::");
  await tool("mmd", "-i", image, "::/EFI", "::/EFI/BOOT");
  await tool("mcopy", "-i", image, program, "::/EFI/BOOT/BOOTX64.EFI");
}

/**
 * The key and the certificate of Debian's firmware for tests, which trusts it: as PEM without a passphrase.
 * @see /usr/share/doc/ovmf/README.Debian
 */
export async function makeKeys(folder: string): Promise<void> {
  const from = "/usr/share/ovmf/PkKek-1-snakeoil";
  await mkdir(folder, { recursive: true });
  await tool(
    ...["openssl", "rsa", "-in", `${from}.key`, "-passin", "pass:snakeoil"],
    ...["-out", join(folder, "key.pem")],
  );
  await tool("openssl", "x509", "-in", `${from}.pem`, "-out", join(folder, "certificate.pem"));
}
