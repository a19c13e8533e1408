import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { tool } from "./tool.ts";

const sector = 512;

interface Partition {
  readonly start: number;
  readonly size: number;
}

/** What the tools for a kind of file say about it; a complaint fails the test. */
export const checkers: Readonly<Record<string, (path: string) => Promise<void>>> = {
  raw: checkDisk,
  qcow2: path => checkFormat(path, "qcow2"),
  vmdk: path => checkFormat(path, "vmdk"),
  vdi: path => checkFormat(path, "vdi"),
  vhdx: path => checkFormat(path, "vhdx"),
  iso: checkIso,
  efi: checkProgram,
  squashfs: async path => void (await tool("sh", "-c", 'sqfs2tar "$0" | tar -t > /dev/null', path)),
  erofs: async path => void (await tool("fsck.erofs", path)),
  zst: async path => void (await tool("sh", "-c", 'zstd -dc "$0" | cpio -t --quiet', path)),
};

async function checkFormat(path: string, format: string): Promise<void> {
  expect(await tool("qemu-img", "check", "-f", format, path)).toContain("No errors were found");
  const folder = await mkdtemp(join(tmpdir(), "whittle-check-"));
  try {
    const raw = join(folder, "disk");
    await tool("qemu-img", "convert", "-f", format, "-O", "raw", path, raw);
    await checkDisk(raw);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkDisk(path: string): Promise<void> {
  const [first] = await bytesAt(path, 510, 1);
  if (first !== 0x55) return checkExt(path, 0);
  expect(await tool("sfdisk", "--verify", path)).toContain("No errors detected");
  const { partitiontable } = JSON.parse(await tool("sfdisk", "-J", path)) as {
    partitiontable: { partitions: readonly Partition[] };
  };
  const root = partitiontable.partitions.at(-1);
  for (const partition of partitiontable.partitions) {
    const [start, size] = [partition.start * sector, partition.size * sector];
    if (partition === root) await checkExt(path, start);
    else if ((await bytesAt(path, start + 510, 1))[0] === 0x55) await checkFat(path, start, size);
  }
}

async function checkExt(path: string, offset: number): Promise<void> {
  const said = await tool("e2fsck", "-fn", `${path}?offset=${offset}`);
  expect(said).not.toMatch(/WARNING|[Ff]ix\?|error/);
}

async function checkFat(path: string, start: number, size: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-check-"));
  try {
    const copy = join(folder, "fat");
    await tool(
      ...(["dd", `if=${path}`, `of=${copy}`, "status=none"] as const),
      ...["iflag=skip_bytes,count_bytes", `skip=${start}`, `count=${size}`, "bs=1M"],
    );
    await tool("fsck.fat", "-n", copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkIso(path: string): Promise<void> {
  const said = await tool("xorriso", "-no_rc", "-indev", path, "-report_el_torito", "plain");
  expect(said).toMatch(/El Torito boot img : +1 +(BIOS|UEFI) +y +none/);
  expect(said).not.toMatch(/xorriso : (WARNING|SORRY|MISHAP|FAILURE|FATAL)/);
  const [first] = await bytesAt(path, 510, 1);
  if (first === 0x55) expect(await tool("sfdisk", "--verify", path)).toContain("No errors detected");
}

async function checkProgram(path: string): Promise<void> {
  const said = await tool("objdump", "-h", path);
  expect(said).not.toMatch(/warning|error|truncated/i);
  for (const section of [".osrel", ".cmdline", ".linux", ".initrd"]) expect(said).toContain(section);
}

async function bytesAt(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    return (await file.read(Buffer.alloc(length), 0, length, offset)).buffer;
  } finally {
    await file.close();
  }
}
