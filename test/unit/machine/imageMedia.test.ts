import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { inspectImage } from "../../../src/core/analysis/inspect/inspectImage.ts";
import { Failure } from "../../../src/core/failure.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { bootSector } from "../../../src/core/machine/acceleratorGuest.ts";
import { type BootOverrides, machineSpecOfImage } from "../../../src/core/machine/bootSpec.ts";

const folder = mkdtempSync(join(tmpdir(), "wt-"));
afterAll(() => rmSync(folder, { recursive: true }));
const { signal } = new AbortController();
const host = openHost({ env: { PATH: "/nonexistent" }, cacheDir: folder });
const missing = (): never => {
  throw new Failure("tool-missing", "it is not installed");
};
// Without qemu-img nothing is started.
const blind = { ...host, tools: { find: () => undefined, require: missing } };

function file(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const specOf = (path: string, wishes: BootOverrides = {}) => machineSpecOfImage(path, wishes, blind, signal);

describe("an image without partitions", () => {
  it("is a disk for a BIOS when it has a boot sector", async () => {
    const raw = file("disk.img", bootSector());
    const { spec, found } = await specOf(raw);
    expect(spec).toMatchObject({
      name: "disk",
      media: { drives: [{ path: raw, format: "raw" }], firmware: "bios" },
      memory: 1024,
      logFile: `${raw}.console.log`,
    });
    expect(found).toBe(
      "disk.img is a disk without partitions. A BIOS starts it, because it has a boot sector.",
    );
  });

  it.each([
    ["qcow2", "QFI\xfb rest"],
    ["vmdk", `KDMV${"\x01".repeat(32)}`],
    ["vhdx", "vhdxfile"],
    ["vdi", `${"\0".repeat(64)}\x7f\x10\xda\xbe`],
  ])("is refused as %s where nothing can tell whether it names other files", async (format, head) => {
    const path = file(`disk.${format}`, Buffer.from(head, "latin1"));
    await expect(specOf(path)).rejects.toMatchObject({ code: "tool-missing" });
    await expect(specOf(path, { firmware: "bios" })).rejects.toMatchObject({ code: "tool-missing" });
  });

  it.each([
    ["vmdk", "# Disk DescriptorFile"],
    ["vmdk", `KDMV${"\0".repeat(80)}`],
    ["qcow2", `QFI\xfb\0\0\0\x03${"\0".repeat(71)}\x04`],
  ])("is refused as %s whose header says that its content lies elsewhere", async (format, head) => {
    const path = file(`elsewhere.${format}`, Buffer.from(head, "latin1"));
    // No qemu-img is needed to tell, nor would it be safe to ask it.
    await expect(specOf(path)).rejects.toMatchObject({ code: "disk-image-refused" });
  });

  it.each([
    ["is empty", Buffer.alloc(4096)],
    ["no boot sector", Buffer.alloc(4096, 1)],
    ["plain file system (ext2, ext3 or ext4)", marked(1080, [0x53, 0xef])],
    ["plain file system (squashfs)", marked(0, "hsqs")],
    ["plain file system (btrfs)", marked(65_600, "_BHRfS_M")],
  ])("is refused when it %s, but for a firmware that is asked for", async (why, content) => {
    const path = file("root.img", content);
    await expect(specOf(path)).rejects.toThrow(why);
    expect((await specOf(path, { firmware: "uefi" })).spec.media.firmware).toBe("uefi");
  });

  it("starts by UEFI as a FAT whose boot sector only says that it is none", async () => {
    const fat = marked(54, "FAT12   ");
    fat.write("This is not a bootable disk.", 100, "latin1");
    fat.set([0x55, 0xaa], 510);
    expect((await specOf(file("fat.img", fat))).spec.media.firmware).toBe("uefi");
  });

  it("starts by UEFI as a FAT that has parameters and no code, by BIOS with a loader", async () => {
    const fat = marked(54, "FAT16   ");
    fat.set([0xeb, 0x3c, 0x90], 0);
    fat.set([0x55, 0xaa], 510);
    expect((await specOf(file("fat.img", fat))).spec.media.firmware).toBe("uefi");
    // Syslinux' text lies where a partition table would.
    text(text(fat, 0x5a, "\xfa\xfc\x31\xc9"), 440, "Boot error\r\nSYSLINUX, and text where a table would be");
    const { spec, found } = await specOf(file("fat.img", fat));
    expect(spec.media.firmware).toBe("bios");
    expect(found).toContain("a disk that is one FAT file system");
  });
});

describe("a disk with partitions", () => {
  const efi = "28732ac11ff8d211ba4b00a0c93ec93b";
  const biosBoot = "4861682149646f6e744e656564454649";
  const gpt = (types: readonly string[], code = false, legacy = false): Buffer => {
    const disk = mbr([0xee], code);
    disk.write("EFI PART", 512, "latin1");
    disk.writeBigUInt64LE(2n, 512 + 72);
    disk.writeUInt32LE(types.length, 512 + 80);
    disk.writeUInt32LE(128, 512 + 84);
    for (const [index, type] of types.entries()) {
      disk.write(type, 1024 + 128 * index, "hex");
      if (legacy) disk[1024 + 128 * index + 48] = 4;
    }
    return disk;
  };

  it.each([
    ["uefi", "a GPT with an EFI system partition alone", gpt([efi])],
    ["uefi", "boot code that no partition is made for, as Windows leaves it", gpt([efi], true)],
    ["bios", "a partition for a BIOS's loader", gpt([efi, biosBoot], true)],
    ["bios", "a partition that syslinux starts", gpt([efi], true, true)],
    ["bios", "no EFI system partition", gpt(["a".repeat(32)], true)],
    ["uefi", "an MBR with an EFI system partition alone", mbr([0xef, 0x83])],
    ["uefi", "parted's boot code and no active partition", mbr([0xef, 0x83], true)],
    ["bios", "an active partition", mbr([0xef, 0x83], true, 0x80)],
    ["bios", "GRUB in the MBR", text(mbr([0xef, 0x83], true), 0x180, "GRUB ")],
    ["bios", "code and a root", mbr([0x83], true)],
    ["uefi", "a FAT partition and no code", mbr([0x0c])],
  ])("is started by %s with %s", async (firmware, _why, content) => {
    const { spec, found } = await specOf(file("disk.raw", content));
    expect(spec.media.firmware).toBe(firmware);
    expect(found).toMatch(firmware === "bios" ? /A BIOS starts it, because/ : /UEFI starts it, because/);
    const other = firmware === "bios" ? "uefi" : "bios";
    const forced = await specOf(file("disk.raw", content), { firmware: other });
    expect(forced.spec.media.firmware).toBe(other);
    expect(forced.found).toContain("as asked for");
  });

  it.each([
    ["a GPT", 560, gpt([efi], true)],
    ["a program", 4, Buffer.from("\x7fELF", "latin1")],
    ["a boot sector", 300, mbr([0x83], true)],
  ])(
    "%s that was cut off after %i bytes is no reason to fail without words",
    async (_what, bytes, content) => {
      const path = file("cut.raw", content.subarray(0, bytes));
      const found = await specOf(path).then(
        () => "started",
        (error: unknown) => (error instanceof Failure ? error.code : String(error)),
      );
      expect(["started", "not-a-disk-image"]).toContain(found);
    },
  );

  it("is refused when no firmware finds anything on it", async () => {
    await expect(specOf(file("data.raw", mbr([0x83])))).rejects.toThrow("neither boot code");
  });
});

describe("an ISO", () => {
  // Platforms by section; the first is that of the catalogue's own entry.
  const cd = (...platforms: readonly number[]): Buffer => {
    const image = Buffer.alloc(20 * 2048);
    image.write("\x01CD001", 16 * 2048, "latin1");
    if (platforms.length === 0) return image;
    image.write("\0CD001\x01EL TORITO SPECIFICATION", 17 * 2048, "latin1");
    image.writeUInt32LE(19, 17 * 2048 + 0x47);
    const catalogue = image.subarray(19 * 2048);
    catalogue.set([1, platforms[0] ?? 0], 0);
    catalogue.writeUInt16LE(0xaa55, 30);
    catalogue[32] = 0x88;
    for (const [index, platform] of platforms.slice(1).entries()) {
      const at = 64 * (index + 1);
      catalogue.set([index + 2 === platforms.length ? 0x91 : 0x90, platform, 1, 0], at);
      catalogue[at + 32] = 0x88;
    }
    return image;
  };

  it.each([
    ["bios", [0]],
    ["uefi", [0xef]],
    ["bios", [0, 0xef]],
    ["bios", [0xef, 1, 0]],
  ])("is a CD that %s starts when its platforms are %j", async (firmware, platforms) => {
    const path = file("a.iso", cd(...platforms));
    const { spec } = await specOf(path);
    expect(spec.media).toEqual({ drives: [{ path, format: "raw", as: "cdrom" }], cmdline: [], firmware });
    expect((await specOf(path, { firmware: "uefi" })).spec.media.firmware).toBe("uefi");
  });

  it("is no CD that boots when its catalogue is damaged or cut off", async () => {
    for (const image of [cd(0).fill(0, 19 * 2048 + 30, 19 * 2048 + 32), cd(0).subarray(0, 19 * 2048 + 20)])
      await expect(specOf(file("cut.iso", image))).rejects.toMatchObject({ code: "not-a-disk-image" });
  });

  it("has its boot record behind any descriptor, and entries that go on in the next", async () => {
    const image = cd(1, 0xef);
    image.copy(image, 18 * 2048, 17 * 2048, 18 * 2048);
    image.fill(0, 17 * 2048, 18 * 2048).write("\x02CD001", 17 * 2048, "latin1");
    // The section's only entry comes after what continues another.
    image.copyWithin(19 * 2048 + 128, 19 * 2048 + 96, 19 * 2048 + 128);
    image[19 * 2048 + 96] = 0x44;
    const { spec } = await specOf(file("late.iso", image));
    expect(spec.media.firmware).toBe("uefi");
  });

  it("is a disk where it can be nothing else or is wanted as one", async () => {
    await expect(specOf(file("b.iso", cd()))).rejects.toThrow("no boot sector");
    const hybrid = cd(0);
    hybrid.set(bootSector());
    const path = file("c.iso", hybrid);
    const { spec, found } = await specOf(path, { as: "usb" });
    expect(spec.media.drives).toEqual([{ path, format: "raw", as: "usb" }]);
    expect(found).toContain("taken for a USB stick");
  });
});

describe("a program", () => {
  it.each([
    [".linux", 0x8664, "x86_64", "a unified kernel image"],
    [".linux", 0xaa64, "aarch64", "a unified kernel image"],
    [".text\0", 0x8664, "x86_64", "a program for UEFI"],
  ])("with the section %j for machine %i is started by UEFI on %s", async (section, machine, arch, what) => {
    const path = file("system.efi", program(section, machine));
    const { spec, found } = await specOf(path);
    expect(spec).toMatchObject({ arch, media: { kernel: path, drives: [], cmdline: [], firmware: "uefi" } });
    expect(found).toBe(`system.efi is ${what}. UEFI starts it.`);
    await expect(specOf(path, { firmware: "bios" })).rejects.toThrow("a BIOS cannot start it");
    await expect(specOf(path, { initrd: "/i" })).rejects.toThrow("neither --initrd nor --cmdline");
  });

  it("for 32-bit UEFI is refused", async () => {
    await expect(specOf(file("ia32.efi", program(".linux", 0x14c)))).rejects.toThrow("32-bit x86");
  });

  it("that is a kernel takes an initramfs and words", async () => {
    const path = file("vmlinuz", text(program(".text\0", 0x8664), 0x202, "HdrS"));
    const { spec } = await specOf(path, { initrd: "/i", cmdline: " quiet  root=/dev/vda" });
    expect(spec.media).toEqual({
      kernel: path,
      initrd: "/i",
      drives: [],
      cmdline: ["quiet", "root=/dev/vda"],
    });
    const alone = await specOf(path, { firmware: "uefi" });
    expect(alone.spec.media).toMatchObject({ firmware: "uefi", cmdline: ["console=ttyS0"] });
    expect(alone.found).toContain("without an initramfs (--initrd)");
    const arm = await specOf(file("Image", text(Buffer.alloc(4096), 0x38, "ARMd")));
    expect(arm.spec.arch).toBe("aarch64");
  });

  function program(section: string, machine: number): Buffer {
    const bytes = Buffer.alloc(1024);
    bytes.write("MZ", 0, "latin1");
    bytes.writeUInt32LE(0x80, 0x3c);
    bytes.write("PE\0\0", 0x80, "latin1");
    bytes.writeUInt16LE(machine, 0x84);
    bytes.writeUInt16LE(1, 0x86);
    bytes.writeUInt16LE(0x70, 0x94);
    bytes.writeUInt16LE(10, 0x98 + 68);
    bytes.write(section, 0x108, "latin1");
    return bytes;
  }
});

it.each([
  ["a gzip file", "gzip -dk FILE", Buffer.from([0x1f, 0x8b, 8])],
  ["a cpio archive", "--initrd", Buffer.from("070701")],
  ["a tar archive", "OVA", marked(257, "ustar")],
  ["an image of Virtual PC (VHD)", "qemu-img convert", Buffer.from("conectix")],
  ["a zip archive", "unzip", Buffer.from("PK\x03\x04")],
])("%s is refused with what to do", async (what, advice, content) => {
  await expect(specOf(file("a.bin", content))).rejects.toMatchObject({
    message: expect.stringContaining(`is ${what}, which no machine`),
    advice: expect.stringContaining(advice),
  });
});

it("a file that cannot be read is said to be so", async () => {
  await expect(specOf(join(folder, "none.img"))).rejects.toMatchObject({ code: "image-missing" });
});

it("a pipe is no image, and nobody waits for it", async () => {
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  await expect(specOf(path)).rejects.toMatchObject({ code: "image-missing" });
  await expect(inspectImage(path, blind, signal)).rejects.toMatchObject({ code: "image-missing" });
});

it("what a symbolic link points to counts, and its own name is the machine's", async () => {
  file("real.img", bootSector());
  symlinkSync("real.img", join(folder, "link.img"));
  const { spec } = await specOf(join(folder, "link.img"));
  expect(spec).toMatchObject({ name: "link", media: { firmware: "bios" } });
});

function mbr(types: readonly number[], code = false, flag = 0): Buffer {
  const disk = Buffer.alloc(4096);
  disk.set([0x55, 0xaa], 510);
  if (code) disk[0] = 0xeb;
  for (const [index, type] of types.entries()) {
    disk.set([flag, 0, 0, 0, type], 446 + 16 * index);
    disk.writeUInt32LE(100, 446 + 16 * index + 12);
  }
  return disk;
}

function marked(at: number, mark: string | readonly number[]): Buffer {
  const bytes = Buffer.alloc(70_000);
  bytes.set(typeof mark === "string" ? Buffer.from(mark, "latin1") : mark, at);
  return bytes;
}

function text(bytes: Buffer, at: number, content: string): Buffer {
  bytes.write(content, at, "latin1");
  return bytes;
}
