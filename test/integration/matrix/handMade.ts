import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { partition, write } from "./diskFile.ts";
import { makeEfiImage } from "./ownLoader.ts";
import { tool } from "./tool.ts";

/** Words for the kernel of every image. */
export const words = "console=ttyS0 quiet no_timer_check";
const MiB = 2 ** 20;

/** What images are made from, by other tools than Whittle. */
export interface Parts {
  readonly folder: string;
  readonly kernel: string;
  readonly initramfs: string;
}

/** A kernel and a gzipped cpio with BusyBox and an init, out of a tree in a tar. */
export async function makeParts(folder: string, tree: string, kernel: string): Promise<Parts> {
  const root = join(folder, "root");
  await mkdir(root, { recursive: true });
  await tool("tar", "-C", root, "--no-same-owner", "-xf", tree, "bin", "sbin/init", "etc", "proc", "sys");
  await copyFile(join(root, "sbin/init"), join(root, "init"));
  const initramfs = join(folder, "initramfs.gz");
  await tool(
    ...([
      "sh",
      "-c",
      'cd "$0" && find . | cpio -o -H newc --quiet | gzip -1 > "$1"',
      root,
      initramfs,
    ] as const),
  );
  await rm(root, { recursive: true });
  const own = join(folder, "kernel");
  await copyFile(kernel, own);
  return { folder, kernel: own, initramfs };
}

/** An MBR disk of `mebibytes` with syslinux on a FAT partition. */
export async function syslinuxDisk({ folder, kernel, initramfs }: Parts, mebibytes: number): Promise<string> {
  const disk = join(folder, "syslinux.raw");
  const config = join(folder, "syslinux.cfg");
  await writeFile(config, `DEFAULT a\nLABEL a\nKERNEL /kernel\nINITRD /initramfs\nAPPEND ${words}\n`);
  await partition(disk, mebibytes, "label: dos\nstart=2048, size=98304, type=c, bootable\n");
  const fat = `${disk}@@1M`;
  await tool("mformat", "-i", fat, "-T", "98304", "::");
  await tool("mcopy", "-i", fat, kernel, "::/kernel");
  await tool("mcopy", "-i", fat, initramfs, "::/initramfs");
  await tool("mcopy", "-i", fat, config, "::/syslinux.cfg");
  await tool("syslinux", "--offset", String(MiB), "--install", disk);
  await write(disk, "/usr/lib/syslinux/mbr/mbr.bin", 0, 440);
  return disk;
}

/** An MBR disk with GRUB, whose kernel lies in /boot of an ext4. */
export async function grubDisk({ folder, kernel, initramfs }: Parts): Promise<string> {
  const disk = join(folder, "grub.raw");
  const boot = join(folder, "ext4", "boot");
  await mkdir(join(boot, "grub"), { recursive: true });
  await copyFile(kernel, join(boot, "kernel"));
  await copyFile(initramfs, join(boot, "initramfs"));
  await writeFile(
    join(boot, "grub", "grub.cfg"),
    `linux /boot/kernel ${words}\ninitrd /boot/initramfs\nboot\n`,
  );
  await partition(disk, 64, "label: dos\nstart=2048, type=83\n");
  await tool(
    ...(["mke2fs", "-q", "-t", "ext4", "-d", join(folder, "ext4")] as const),
    ...["-E", `offset=${MiB}`, disk, "63M"],
  );
  const core = join(folder, "core.img");
  await tool(
    ...(["grub-mkimage", "-O", "i386-pc", "-p", "(hd0,msdos1)/boot/grub", "-o", core] as const),
    ...["biosdisk", "part_msdos", "ext2", "linux", "normal"],
  );
  await write(disk, "/usr/lib/grub/i386-pc/boot.img", 0, 440);
  await write(disk, core, 512);
  return disk;
}

/** A hybrid ISO by xorriso, with isolinux. */
export async function isolinuxCd({ folder, kernel, initramfs }: Parts): Promise<string> {
  const iso = join(folder, "isolinux.iso");
  const content = join(folder, "cd");
  const own = join(content, "isolinux");
  await mkdir(own, { recursive: true });
  await copyFile("/usr/lib/ISOLINUX/isolinux.bin", join(own, "isolinux.bin"));
  await copyFile("/usr/lib/syslinux/modules/bios/ldlinux.c32", join(own, "ldlinux.c32"));
  await copyFile(kernel, join(content, "kernel"));
  await copyFile(initramfs, join(content, "initrd"));
  await writeFile(
    join(own, "isolinux.cfg"),
    `DEFAULT a\nLABEL a\nKERNEL /kernel\nINITRD /initrd\nAPPEND ${words}\n`,
  );
  await tool(
    ...(["xorriso", "-as", "mkisofs", "-quiet", "-o", iso] as const),
    ...["-isohybrid-mbr", "/usr/lib/ISOLINUX/isohdpfx.bin", "-b", "isolinux/isolinux.bin"],
    ...["-c", "isolinux/boot.cat", "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table", content],
  );
  return iso;
}

/** An ISO by grub-mkrescue. */
export async function rescueCd({ folder, kernel, initramfs }: Parts): Promise<string> {
  const iso = join(folder, "rescue.iso");
  const content = join(folder, "rescue");
  await mkdir(join(content, "boot", "grub"), { recursive: true });
  await copyFile(kernel, join(content, "boot", "kernel"));
  await copyFile(initramfs, join(content, "boot", "initramfs"));
  const config = `linux /boot/kernel ${words}\ninitrd /boot/initramfs\nboot\n`;
  await writeFile(join(content, "boot", "grub", "grub.cfg"), config);
  await tool("grub-mkrescue", "-o", iso, content);
  return iso;
}

/** A unified kernel image: sections onto systemd's stub, by objcopy. */
export async function unifiedKernel({ folder, kernel, initramfs }: Parts): Promise<string> {
  const stub = "/usr/lib/systemd/boot/efi/linuxx64.efi.stub";
  const program = join(folder, "system.efi");
  const cmdline = join(folder, "cmdline");
  await writeFile(cmdline, words);
  const sections = [
    [".osrel", "/usr/lib/os-release", "0x20000"],
    [".cmdline", cmdline, "0x30000"],
    [".linux", kernel, "0x2000000"],
    [".initrd", initramfs, "0x4000000"],
  ] as const;
  await tool(
    "objcopy",
    ...sections.flatMap(([name, file, address]) => [
      ...["--add-section", `${name}=${file}`, "--change-section-vma", `${name}=${address}`],
    ]),
    ...[stub, program],
  );
  return program;
}

/** A GPT disk with an EFI system partition alone. */
export async function efiDisk(folder: string, program: string): Promise<string> {
  const disk = join(folder, "efi.raw");
  const fat = join(folder, "efi.fat");
  await makeEfiImage(fat, program, 48);
  await partition(disk, 50, "label: gpt\nstart=2048, size=98304, type=U\n");
  await write(disk, fat, MiB);
  return disk;
}
