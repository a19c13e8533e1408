import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inspectImage } from "../../../src/core/analysis/inspect/inspectImage.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import type { DiskReport, ImageReport, IsoReport } from "../../../src/shared/inspection.ts";
import { bundleCommandLine } from "../cli/bundle.ts";

// Made by the tools that other people make their images with.
const run = promisify(execFile);
const MiB = 1024 * 1024;
const { signal } = new AbortController();
let folder: string;
const host = () => openHost({ cacheDir: join(folder, "cache") });
const inspect = (name: string): Promise<ImageReport> => inspectImage(join(folder, name), host(), signal);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "whittle-inspect-"));
  await makeDisk();
  await makeIso();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const tool = (name: string, ...args: string[]) =>
  run(name, args, { cwd: folder, env: { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` } });

/** GPT with an EFI partition that has a program, and an ext4 root; in the formats of other machines as well. */
async function makeDisk(): Promise<void> {
  await writeFile(join(folder, "program"), Buffer.alloc(70_000, 1));
  await writeFile(join(folder, "esp"), "");
  await truncate(join(folder, "esp"), 8 * MiB);
  await tool("mformat", "-i", "esp", "-v", "ESP", "::");
  await tool("mmd", "-i", "esp", "::/EFI", "::/EFI/BOOT");
  await tool("mcopy", "-i", "esp", "program", "::/EFI/BOOT/BOOTX64.EFI");
  await writeFile(join(folder, "root"), "");
  await truncate(join(folder, "root"), 16 * MiB);
  await tool("mke2fs", "-q", "-t", "ext4", "-L", "myroot", "root");
  await writeFile(join(folder, "disk.raw"), "");
  await truncate(join(folder, "disk.raw"), 32 * MiB);
  await writeFile(
    join(folder, "layout"),
    "label: gpt\nstart=2048, size=16384, type=U, name=esp\nstart=18432, size=32768, type=L, name=system\n",
  );
  await tool("sh", "-c", "sfdisk -q disk.raw < layout");
  await tool("dd", "if=esp", "of=disk.raw", "bs=1M", "seek=1", "conv=notrunc");
  await tool("dd", "if=root", "of=disk.raw", "bs=1M", "seek=9", "conv=notrunc");
  for (const format of ["qcow2", "vmdk", "vdi", "vhdx"])
    await tool("qemu-img", "convert", "-O", format, "disk.raw", `disk.${format}`);
}

async function makeIso(): Promise<void> {
  await mkdir(join(folder, "cd", "boot", "a folder"), { recursive: true });
  await writeFile(join(folder, "cd", "boot", "loader.bin"), Buffer.alloc(6000, 2));
  await writeFile(join(folder, "cd", "boot", "a folder", "A long name with spaces.txt"), "hello");
  await run("cp", [join(folder, "esp"), join(folder, "cd", "boot", "efi.img")]);
  const bios = ["-b", "boot/loader.bin", "-no-emul-boot", "-boot-load-size", "4"];
  const uefi = ["-eltorito-alt-boot", "-e", "boot/efi.img", "-no-emul-boot"];
  await tool("xorriso", "-as", "mkisofs", "-R", "-J", "-V", "MY_CD", ...bios, ...uefi, "-o", "cd.iso", "cd");
}

describe("a disk", () => {
  it.each(["raw", "qcow2", "vmdk", "vdi", "vhdx"])(
    "as %s: partitions, file systems, the program UEFI starts",
    async format => {
      const report = (await inspect(`disk.${format}`)) as DiskReport;
      expect(report).toMatchObject({
        kind: "disk",
        format,
        diskBytes: 32 * MiB,
        table: "gpt",
        firmware: ["uefi"],
      });
      const [esp, system] = report.partitions;
      expect(esp).toMatchObject({ number: 1, type: "EFI system", name: "esp", start: MiB, bytes: 8 * MiB });
      expect(esp?.fileSystem).toMatchObject({
        label: "ESP",
        programs: [{ path: "/EFI/BOOT/BOOTX64.EFI", bytes: 70_000 }],
      });
      expect(esp?.fileSystem?.type).toMatch(/^FAT1/);
      expect(system).toMatchObject({ number: 2, type: "Linux", name: "system", bytes: 16 * MiB });
      const { stdout } = await tool("sh", "-c", "dumpe2fs -h root 2>/dev/null");
      const [uuid, free, block] = ["Filesystem UUID", "Free blocks", "Block size"].map(
        name => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(stdout)?.[1],
      );
      expect(system?.fileSystem).toMatchObject({
        type: "ext4",
        label: "myroot",
        uuid,
        bytes: 16 * MiB,
        freeBytes: Number(free) * Number(block),
      });
    },
  );

  it("without partitions is its file system", async () => {
    expect(await inspect("root")).toMatchObject({
      kind: "disk",
      table: "none",
      firmware: [],
      fileSystem: { type: "ext4", label: "myroot" },
    });
    await tool("sh", "-c", "tar -C cd -c . | tar2sqfs -q -c xz cd.squashfs");
    expect(await inspect("cd.squashfs")).toMatchObject({
      fileSystem: { type: "squashfs", compression: "xz" },
    });
  });

  it("that needs another file is refused", async () => {
    await tool("qemu-img", "create", "-q", "-f", "qcow2", "-b", "disk.raw", "-F", "raw", "over.qcow2");
    await expect(inspect("over.qcow2")).rejects.toMatchObject({ code: "disk-image-refused" });
  });

  it("leaves nothing behind in the cache", async () => {
    await inspect("disk.qcow2");
    const { stdout } = await run("find", [join(folder, "cache"), "-type", "f"]);
    expect(stdout).toBe("");
  });
});

describe("an ISO", () => {
  it("shows its volume, both boot images, and the files by their long names", async () => {
    const report = (await inspect("cd.iso")) as IsoReport;
    expect(report).toMatchObject({
      kind: "iso",
      volumeId: "MY_CD",
      extensions: ["Rock Ridge", "Joliet"],
      firmware: ["bios", "uefi"],
      filesCut: false,
    });
    expect(report.bootEntries).toMatchObject([
      { firmware: "bios", bootable: true, emulation: "none", loadBytes: 2048, file: "/boot/loader.bin" },
      {
        firmware: "uefi",
        file: "/boot/efi.img",
        programs: [{ path: "/EFI/BOOT/BOOTX64.EFI", bytes: 70_000 }],
      },
    ]);
    expect(report.files[0]).toEqual({ path: "/boot/efi.img", bytes: 8 * MiB });
    expect(report.files).toContainEqual({ path: "/boot/a folder/A long name with spaces.txt", bytes: 5 });
  });

  it("that was cut short shows what is there, or says that it is no image", async () => {
    await run("cp", [join(folder, "cd.iso"), join(folder, "cut.iso")]);
    for (const bytes of [40_000, 36_864, 34_000]) {
      await truncate(join(folder, "cut.iso"), bytes);
      const code = await inspect("cut.iso").then(
        report => report.kind,
        (error: { code?: string }) => error.code,
      );
      expect(["iso", "not-an-image"]).toContain(code);
    }
  });
});

describe("whittle inspect", () => {
  it("prints the same for people and as JSON, with the file's sha256", async () => {
    const { cli, remove } = await bundleCommandLine();
    try {
      const inspectFile = (...args: string[]) =>
        run(process.execPath, [cli, "inspect", ...args], { cwd: folder, encoding: "utf8" });
      const [sha256] = (await tool("sha256sum", "cd.iso")).stdout.split(" ");
      const report = JSON.parse((await inspectFile("cd.iso", "--json")).stdout);
      expect(report).toMatchObject({ result: "inspect", kind: "iso", volumeId: "MY_CD", sha256 });
      const text = (await inspectFile("cd.iso")).stdout;
      for (const each of ["Volume id:", "MY_CD", "Boot images (El Torito)", "/boot/efi.img", sha256])
        expect(text).toContain(each);
      const failed = await inspectFile("layout").catch((error: { code: number; stderr: string }) => error);
      expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining("is no image") });
    } finally {
      await remove();
    }
  });
});

describe("what is no image", () => {
  it.each([
    ["an empty file", Buffer.alloc(0)],
    ["a text", Buffer.from("hello\n")],
    ["zeros", Buffer.alloc(4096)],
    ["a DOS program", Buffer.concat([Buffer.from("MZ"), Buffer.alloc(30)])],
  ])("%s is refused in words", async (_, content) => {
    await writeFile(join(folder, "other"), content);
    await expect(inspect("other")).rejects.toMatchObject({ code: "not-an-image" });
  });

  it("a file that is not there, and a folder, are named", async () => {
    await expect(inspect("missing")).rejects.toMatchObject({ code: "image-missing" });
    await expect(inspect("cd")).rejects.toMatchObject({ code: "image-missing" });
  });
});
