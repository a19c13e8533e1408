import { chmod, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256Of } from "../outputs/outputBench.ts";
import { type By, type MatrixBench, openMatrix } from "./bench.ts";
import { convert } from "./diskFile.ts";
import * as handMade from "./handMade.ts";
import { tool } from "./tool.ts";

const long = 900_000;
let bench: MatrixBench;
let parts: handMade.Parts;
beforeAll(async () => {
  bench = await openMatrix();
  const built = await bench.build("matrix.whittle.yaml", ["pair", "tree"]);
  const pathOf = (wanted: string) => built.find(({ kind }) => kind === wanted)?.path ?? "";
  // What QEMU's options end at, and what shells part words at.
  const folder = join(dirname(bench.out), "my images, all");
  await mkdir(folder);
  parts = await handMade.makeParts(folder, pathOf("tar"), pathOf("kernel"));
}, long);
afterAll(() => bench.remove());

/** Boots an image where it lies, which must not change it; what was said. */
async function boot(image: string, by: By, args: readonly string[] = []): Promise<string> {
  const before = await sha256Of(image);
  const { code, stderr } = await bench.boot([image, ...args], by);
  const said = stderr.replaceAll("\r", "");
  expect(code, said).toBe(0);
  expect(said).toContain(`matrix: by ${by}`);
  expect(await sha256Of(image)).toBe(before);
  return said;
}

describe.concurrent("an image that other tools made boots, and it is said how", { timeout: long }, () => {
  it("a disk larger than the machine's memory, with syslinux, as qcow2 and as vmdk", async () => {
    const disk = await handMade.syslinuxDisk(parts, 300);
    const qcow2 = await convert(disk, join(parts.folder, "disk.qcow2"), "qcow2");
    const vmdk = await convert(disk, join(parts.folder, "disk.vmdk"), "vmdk");
    expect(await boot(qcow2, "BIOS")).toContain(
      "disk.qcow2 is a disk with an MBR in a qcow2 file. A BIOS starts it, because it has boot code for a BIOS.",
    );
    expect(await boot(vmdk, "BIOS")).toContain("disk.vmdk is a disk with an MBR in a vmdk file. A BIOS");
  });

  it("a raw disk with GRUB, that nobody may write to", async () => {
    const disk = await handMade.grubDisk(parts);
    await chmod(disk, 0o444);
    expect(await boot(disk, "BIOS")).toContain("grub.raw is a disk with an MBR. A BIOS starts it");
  });

  it("an ISO with isolinux, as a CD and as a stick, through a symbolic link", async () => {
    const iso = await handMade.isolinuxCd(parts);
    const link = join(parts.folder, "link to a CD");
    await symlink(iso, link);
    expect(await boot(link, "BIOS")).toContain(
      "link to a CD is an ISO, taken for a CD. A BIOS starts it, because it has nothing for UEFI.",
    );
    expect(await boot(link, "BIOS", ["--as", "usb"])).toContain("taken for a USB stick");
  });

  it("an ISO of grub-mkrescue, by either firmware", async () => {
    const iso = await handMade.rescueCd(parts);
    expect(await boot(iso, "BIOS")).toContain(
      "A BIOS starts it, because it has boot code for a BIOS; UEFI may",
    );
    expect(await boot(iso, "UEFI", ["--firmware", "uefi"])).toContain("UEFI starts it, as asked for");
  });

  it("a unified kernel image by objcopy, alone and on a disk that only UEFI can start", async () => {
    const program = await handMade.unifiedKernel(parts);
    expect(await boot(program, "UEFI")).toContain("system.efi is a unified kernel image. UEFI starts it.");
    const disk = await handMade.efiDisk(parts.folder, program);
    const vdi = await convert(disk, join(parts.folder, "disk.vdi"), "vdi");
    expect(await boot(vdi, "UEFI")).toContain(
      "disk.vdi is a disk with a GPT in a vdi file. UEFI starts it, because it has an EFI system partition and no boot code for a BIOS.",
    );
  });

  it("a kernel with its initramfs, started by QEMU or by UEFI", async () => {
    const beside = ["--initrd", parts.initramfs, "--cmdline", "quiet"];
    expect(await boot(parts.kernel, "BIOS", beside)).toContain(
      "kernel is a kernel. QEMU starts it directly, with initramfs.gz.",
    );
    expect(await boot(parts.kernel, "UEFI", [...beside, "--firmware", "uefi"])).toContain("UEFI starts it");
  });
});

describe.concurrent("what cannot be booted is refused with what to do", { timeout: long }, () => {
  const refused = async (image: string, ...args: readonly string[]) => {
    const { code, stderr } = await bench.cli.run(["boot", image, "--until", "x", ...args]);
    expect(code).not.toBe(0);
    return stderr;
  };

  it("an empty disk, a file system without a loader, an initramfs alone", async () => {
    const empty = join(parts.folder, "empty.qcow2");
    await tool("qemu-img", "create", "-q", "-f", "qcow2", empty, "64M");
    expect(await refused(empty)).toContain("is empty: it has neither partitions nor a system");
    const plain = join(parts.folder, "root.img");
    await tool("mke2fs", "-q", "-t", "ext4", plain, "8M");
    const said = await refused(plain);
    expect(said).toContain("is a plain file system (ext2, ext3 or ext4) without a boot loader");
    expect(said).toContain("`firmware: both`");
    expect(await refused(parts.initramfs)).toContain("whittle boot KERNEL --initrd FILE");
  });

  it("an initramfs that does not fit into memory", async () => {
    const large = join(parts.folder, "large.cpio");
    await tool("truncate", "-s", "200M", large);
    const args = ["--initrd", large, "--memory", "64M", "--accelerator", "tcg", "--timeout", "60"];
    expect(await refused(parts.kernel, ...args)).toContain("--memory");
  });

  it("an image that is damaged, or is not there", async () => {
    const broken = join(parts.folder, "broken.qcow2");
    await tool("sh", "-c", `printf 'QFI\\373\\0\\0\\0\\003' > "$0"`, broken);
    expect(await refused(broken)).toContain("broken.qcow2");
    expect(await refused(join(parts.folder, "nothing.img"))).toContain("nothing.img");
  });

  it("an option that does not belong to it", async () => {
    const recipe = join(bench.recipes, "matrix.whittle.yaml");
    expect(await refused(recipe, "--as", "usb")).toContain("--as is for images");
    expect(await refused(parts.kernel, "--as", "tape")).toContain("--as takes disk, cdrom or usb, not tape");
  });
});
