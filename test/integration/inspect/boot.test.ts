import { execFile } from "node:child_process";
import { mkdir, mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inspectImage } from "../../../src/core/analysis/inspect/inspectImage.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { bootSector } from "../../../src/core/machine/acceleratorGuest.ts";
import { machineSpecOfImage } from "../../../src/core/machine/bootSpec.ts";

const run = promisify(execFile);
const MiB = 1024 * 1024;
const { signal } = new AbortController();
let folder: string;
const at = (name: string) => join(folder, name);
const host = () => openHost({ cacheDir: at("cache") });
const tool = (name: string, ...args: string[]) =>
  run(name, args, { cwd: folder, env: { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` } });
const boot = (name: string, firmware?: "bios" | "uefi") =>
  machineSpecOfImage(at(name), { firmware }, host(), signal);
const firmwareOf = async (name: string) => (await inspectImage(at(name), host(), signal)).firmware;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "whittle-inspect-boot-"));
  await writeFile(at("program"), Buffer.alloc(70_000, 1));
  await writeFile(at("esp"), "");
  await truncate(at("esp"), 4 * MiB);
  await tool("mformat", "-i", "esp", "::");
  await tool("mmd", "-i", "esp", "::/EFI", "::/EFI/BOOT");
  await tool("mcopy", "-i", "esp", "program", "::/EFI/BOOT/BOOTX64.EFI");
  await writeFile(at("disk.raw"), "");
  await truncate(at("disk.raw"), 8 * MiB);
  await writeFile(at("layout"), "label: gpt\nstart=2048, size=8192, type=U\n");
  await tool("sh", "-c", "sfdisk -q disk.raw < layout");
  await tool("dd", "if=esp", "of=disk.raw", "bs=1M", "seek=1", "conv=notrunc");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("an image that names other files is never given to a machine", () => {
  it.each([
    ["a qcow2 with a backing file", "-f qcow2 -b disk.raw -F raw"],
    ["a qcow2 with a data file", "-f qcow2 -o data_file=data.raw,data_file_raw=on"],
    ["a vmdk that is a description", "-f vmdk -o subformat=monolithicFlat"],
    ["a vmdk in pieces", "-f vmdk -o subformat=twoGbMaxExtentSparse"],
  ])("%s", async (_, options) => {
    await tool("qemu-img", "create", "-q", ...options.split(" "), "other", "8M");
    const refused = { code: "disk-image-refused" };
    await expect(boot("other")).rejects.toMatchObject(refused);
    await expect(boot("other", "bios")).rejects.toMatchObject(refused);
    await expect(inspectImage(at("other"), host(), signal)).rejects.toMatchObject(refused);
  });
});

describe("a boot and an inspection agree on what starts a disk", () => {
  it("with an EFI partition and the usual code that looks for an active one", async () => {
    const disk = await open(at("disk.raw"), "r+");
    await disk.write(Buffer.from("\xfa\x33\xc0\x8e\xd0 Missing operating system", "latin1"), 0, undefined, 0);
    await disk.close();
    for (const format of ["raw", "qcow2", "vmdk", "vdi", "vhdx"]) {
      const name = `disk.${format}`;
      if (format !== "raw") await tool("qemu-img", "convert", "-O", format, "disk.raw", name);
      expect(await firmwareOf(name)).toEqual(["uefi"]);
      expect((await boot(name)).spec.media).toMatchObject({ firmware: "uefi", drives: [{ format }] });
    }
    const { stdout } = await run("find", [at("cache"), "-type", "f"]);
    expect(stdout).toBe("");
  });

  it("that is an ISO without a catalogue of what boots", async () => {
    await mkdir(at("cd"));
    await writeFile(at("cd/file"), "hello");
    await tool("xorriso", "-as", "mkisofs", "-o", "cd.iso", "cd");
    expect(await firmwareOf("cd.iso")).toEqual([]);
    await expect(boot("cd.iso")).rejects.toMatchObject({ code: "not-a-disk-image" });
    const iso = await open(at("cd.iso"), "r+");
    await iso.write(bootSector(), 0, undefined, 0);
    await iso.close();
    expect(await firmwareOf("cd.iso")).toEqual(["bios"]);
    expect((await boot("cd.iso")).spec.media.firmware).toBe("bios");
  });

  it("that is one FAT with a loader in its boot sector, and with none", async () => {
    expect(await firmwareOf("esp")).toEqual(["uefi"]);
    expect((await boot("esp")).spec.media.firmware).toBe("uefi");
    const stick = await open(at("esp"), "r+");
    await stick.write(Buffer.alloc(356, 0x90), 0, undefined, 0x5a);
    await stick.write(Buffer.from("SYSLINUX"), 0, undefined, 0x100);
    // Text where the four records of a table would be.
    await stick.write(Buffer.from("Boot error".repeat(6)), 0, undefined, 446);
    await stick.close();
    const report = await inspectImage(at("esp"), host(), signal);
    expect(report).toMatchObject({ table: "none", firmware: ["bios", "uefi"], bootCode: "Syslinux" });
    expect((await boot("esp")).spec.media.firmware).toBe("bios");
  });
});

it("a disk of more bytes than can be counted is shown", async () => {
  await tool("qemu-img", "create", "-q", "-f", "qcow2", "-o", "cluster_size=2M", "huge.qcow2", "9P");
  expect(await inspectImage(at("huge.qcow2"), host(), signal)).toMatchObject({
    diskBytes: Number.MAX_SAFE_INTEGER,
  });
});
