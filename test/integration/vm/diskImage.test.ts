import { execFile } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeAround } from "../../../src/core/outputs/disk/ext4/fit.ts";
import { openMaker } from "../../../src/core/outputs/disk/ext4/maker.ts";
import { archive } from "../../../src/core/stages/archive.ts";
import type { FileContent, NewEntry } from "../../../src/core/tree/layer.ts";
import { createLayerBuilder } from "../../../src/core/tree/layerBuilder.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { openStageBench, type StageBench, signal } from "../debian/stageBench.ts";
import { type Part, writePartitioned } from "./partitioned.ts";

const run = promisify(execFile);
const mebibyte = 1024 * 1024;

let bench: StageBench;
let system: Part;

type Given = readonly (readonly [NewEntry, FileContent?])[];

const base = { mode: 0o755, uid: 0, gid: 0, mtime: 5 };
const text = (content: string): FileContent => ({ bytes: Buffer.from(content) });

const systemEntries: Given = [
  [{ type: "directory", path: "etc", ...base }],
  [{ type: "file", path: "etc/os-release", ...base, mode: 0o644 }, text("ID=test\n")],
  [{ type: "directory", path: "usr", ...base }],
  [
    {
      type: "file",
      path: "usr/ping",
      ...base,
      mode: 0o4755,
      xattrs: { "security.capability": "AQAAAgAgAAAAAAAAAAAAAAAAAAA=", "user.note": "eA==" },
    },
    text("ping"),
  ],
  [{ type: "directory", path: "home", ...base, mode: 0o2775, uid: 1234, gid: 56_789 }],
  [{ type: "file", path: "home/first", ...base, uid: 1234, gid: 56_789 }, text("mine\n")],
  [{ type: "file", path: "home/second", ...base, uid: 1234, gid: 56_789 }, { hardLink: "home/first" }],
  [{ type: "char", path: "etc/null", ...base, mode: 0o666, major: 1, minor: 3 }],
  [{ type: "symlink", path: "etc/link", ...base, mode: 0o777, target: "/usr/ping" }],
];

/** An ext4 with true owners, made without being root. */
async function ext4(entries: Given): Promise<Part> {
  const folder = await mkdtemp(join(bench.folder, "ext4-"));
  const layer = createLayerBuilder({ folder, clock: 0 });
  for (const [entry, content] of entries) await layer.add(entry, content);
  const identity = {
    uuid: "77686974-746c-4502-8068-000000000001",
    hashSeed: "77686974-746c-4502-8068-000000000002",
    label: "",
    clock: 5,
  };
  const tree = stackLayers([await layer.finish(signal)]);
  const maker = await openMaker({ host: bench.host, signal, folder, identity }, tree, false, () => {});
  await makeAround(maker, mebibyte);
  await maker.close();
  const content = await readFile(maker.path);
  return { content, bytes: content.length };
}

beforeAll(async () => {
  bench = await openStageBench();
  system = await ext4(systemEntries);
  const large = { bytes: Buffer.alloc(3 * mebibyte, "x") };
  const data = await ext4([[{ type: "file", path: "big", ...base }, large]]);
  const empty = { content: Buffer.alloc(512), bytes: mebibyte };
  const disk = join(bench.folder, "disk.raw");
  await writePartitioned(disk, "gpt", [data, empty, system]);
  for (const format of ["qcow2", "vmdk", "vdi", "vhdx"]) {
    await run("qemu-img", ["convert", "-f", "raw", "-O", format, disk, join(bench.folder, `disk.${format}`)]);
  }
  await writePartitioned(join(bench.folder, "mbr.img"), "mbr", [data, system]);
  await writeFile(join(bench.folder, "whole.raw"), system.content);
  await run("gzip", ["-k", join(bench.folder, "whole.raw")]);
});
afterAll(() => bench.close());

describe("archive of a disk image", () => {
  it("takes the system from a partitioned qcow2, with owners, devices, links and attributes", async () => {
    const ran = await bench.run(archive, "disk.qcow2");
    expect(ran.layer.index.entries).toMatchObject(
      systemEntries.map(([entry]) => entry).sort((a, b) => (a.path < b.path ? -1 : 1)),
    );
    expect(ran.entry("home/second")).toMatchObject({ hardLink: "home/first" });
    expect(await ran.text("home/second")).toBe("mine\n");
    expect(ran.log.join("\n")).toMatch(
      /Reading partition 3 \(ext4, .*\): it has \/etc\/os-release; left out: partition 1 \(ext4, /,
    );
  });

  it("gives the same layer from every format", async () => {
    const expected = (await bench.run(archive, "disk.qcow2")).layer.digest;
    for (const name of ["disk.vmdk", "disk.vdi", "disk.vhdx", "mbr.img", "whole.raw.gz"]) {
      expect([name, (await bench.run(archive, { source: name })).layer.digest]).toEqual([name, expected]);
    }
  });

  it("takes the partition that was asked for, and says which there are", async () => {
    const ran = await bench.run(archive, { source: "disk.raw", partition: 1, into: "/data" });
    expect(ran.paths).toEqual(["data", "data/big"]);
    await expect(bench.run(archive, { source: "disk.raw", partition: 7 })).rejects.toMatchObject({
      code: "disk-image-partition",
      message: expect.stringMatching(/no partition 7\. It has partition 1 \(ext4, .*partition 3 \(ext4/),
      placedAt: ["partition"],
    });
    await expect(bench.run(archive, { source: "disk.raw", partition: 2 })).rejects.toMatchObject({
      message: expect.stringMatching(/^Partition 2 .* holds no file system that is known here\.$/),
    });
  });

  it("names what hides its files: LUKS and LVM", async () => {
    const luks = Buffer.alloc(4096);
    luks.write("LUKS\xba\xbe\x00\x01aes\0", "latin1");
    luks.write("77686974-746c-4502-8068-000000000001", 168);
    const lvm = Buffer.alloc(4096);
    lvm.write("LABELONE", 512);
    lvm.writeUInt32LE(1, 520);
    lvm.writeUInt32LE(32, 532);
    lvm.write("LVM2 001", 536);
    lvm.write("0123456789abcdefghijklmnopqrstuv", 544);
    await writePartitioned(join(bench.folder, "hidden.img"), "gpt", [
      { content: luks, bytes: 4 * mebibyte },
      { content: withLabelSum(lvm), bytes: 4 * mebibyte },
    ]);
    await expect(bench.run(archive, "hidden.img")).rejects.toMatchObject({
      code: "disk-image-partition",
      message: expect.stringMatching(
        /partition 1 .* is encrypted \(LUKS\); partition 2 .* is a volume group \(LVM\)/,
      ),
      advice: expect.stringContaining("Open it"),
    });
  });

  it("does not follow an image to other files", async () => {
    const over = join(bench.folder, "over.qcow2");
    await run("qemu-img", ["create", "-f", "qcow2", "-F", "raw", "-b", "/etc/passwd", over]);
    await expect(bench.run(archive, "over.qcow2")).rejects.toMatchObject({
      code: "disk-image-refused",
      message: expect.stringContaining("a part of it lies in another file, passwd"),
    });
  });
});

/** LVM looks at the check sum of a label's sector. */
function withLabelSum(disk: Buffer): Buffer {
  const table = [0x0, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c];
  const more = [
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
  ];
  const all = [...table, ...more];
  let sum = 0xf597a6cf;
  for (const byte of disk.subarray(532, 1024)) {
    sum = (sum ^ byte) >>> 0;
    sum = ((sum >>> 4) ^ (all[sum & 15] ?? 0)) >>> 0;
    sum = ((sum >>> 4) ^ (all[sum & 15] ?? 0)) >>> 0;
  }
  disk.writeUInt32LE(sum, 528);
  return disk;
}
