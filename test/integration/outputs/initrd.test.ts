import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initrd } from "../../../src/core/outputs/initrd.ts";
import { iso } from "../../../src/core/outputs/iso.ts";
import type { ProducedFile } from "../../../src/core/outputs/output.ts";
import { squashfs } from "../../../src/core/outputs/squashfs.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { runMachine } from "./bootOnce.ts";
import { addKernel, busyboxBytes, type CloudKernel, removeKernel, unpackCloudKernel } from "./cloudKernel.ts";
import { type Add, type Bench, failureOf, makeOutput, openBench, owned, sha256Of } from "./outputBench.ts";

const run = promisify(execFile);
let bench: Bench;
let kernel: CloudKernel;
let tree: Tree;
/** A disk that Whittle did not make, with a label. */
let theirs: string;
beforeAll(async () => {
  bench = await openBench();
  const { host } = bench.context(await bench.tree());
  kernel = await unpackCloudKernel(host, join(bench.folder, "kernel"), "linux-image-amd64");
  tree = await bench.tree(system);
  const folder = join(bench.folder, "theirs");
  for (const name of ["bin", "sbin", "proc", "dev"]) await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, "bin/busybox"), await busyboxBytes(host), { mode: 0o755 });
  await writeFile(join(folder, "sbin/init"), init, { mode: 0o755 });
  theirs = join(bench.folder, "theirs.img");
  await run("/usr/sbin/mke2fs", ["-q", "-t", "ext4", "-L", "theirs", "-d", folder, theirs, "16M"]);
});
afterAll(async () => {
  await removeKernel(kernel);
  await bench.close();
});

const forDisks =
  /drivers\/(virtio|block|ata|nvme|scsi|usb|cdrom)\/|fs\/(ext4|jbd2|overlayfs|squashfs|isofs)\/|fs\/mbcache|lib\/|crypto\/|block\//;
const file = (path: string, mode = 0o644) => ({ type: "file", path, mode, ...owned }) as const;

/** The kernel with its configuration, which says how an initrd may be compressed. */
async function system(add: Add): Promise<void> {
  await addKernel(add, kernel, forDisks);
  const config = `boot/config-${kernel.release}`;
  await add(file(config), { file: join(kernel.folder, config) });
}

const init = `#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b touch /new && wrote=yes
$b echo "root: wrote=$wrote $($b grep ' / ' /proc/mounts)"
$b poweroff -f
`;

/** Boots their disk with the kernel and initrd that were made. */
function boot(files: readonly ProducedFile[], words: string, ...devices: readonly string[]): Promise<string> {
  const path = (role: ProducedFile["role"]) => files.find(each => each.role === role)?.path ?? "";
  return runMachine(bench.context(tree).host, [
    ...["-machine", "q35", "-m", "256", "-kernel", path("kernel"), "-initrd", path("image")],
    ...["-append", `console=ttyS0 quiet panic=-1 no_timer_check ${words}`],
    ...["-drive", `if=none,id=d,file=${theirs},format=raw,snapshot=on`],
    ...devices.flatMap(each => ["-device", each]),
  ]);
}

describe("an initrd by itself", () => {
  it("leads its kernel to somebody else's root, on a USB disk", async () => {
    const context = bench.context(tree);
    const { files, image } = await makeOutput(initrd, { root: "LABEL=theirs" }, context);
    expect(files.map(({ role, fileName }) => `${role} ${fileName}`)).toEqual([
      "image boots-out.initrd.img",
      "kernel vmlinuz",
    ]);
    const said = await boot(files, "rw", "qemu-xhci", "usb-uas,id=u", "scsi-hd,bus=u.0,drive=d");
    expect(said).toMatch(/root: wrote=yes \/dev\/sda \/ ext4 rw/);
    const { stdout } = await run("sh", ["-c", `zstd -dc ${image.path} | cpio -itn`]);
    expect(stdout.split("\n").slice(0, 4)).toEqual(["bin", "dev", "modules", "proc"]);
    expect(stdout).toContain("modules/uas.ko\n");
  });

  it("keeps writes in memory where it is told to, and drivers out that nothing asks for", async () => {
    const given = { overlay: true, drivers: ["virtio-blk", "virtio-scsi", "nvme"] };
    const { files, image } = await makeOutput(initrd, given, bench.context(tree));
    const said = await boot(files, "root=/dev/vda rw", "virtio-blk-pci,drive=d");
    expect(said).toMatch(/root: wrote=yes overlay \/ overlay rw/);
    const { stdout } = await run("sh", ["-c", `zstd -dc ${image.path} | cpio -itn`]);
    expect(stdout).not.toMatch(/usb|ahci/);
  });

  it("is the same bytes from another cache", async () => {
    const other = await openBench();
    try {
      const again = await other.tree(system);
      const [one, two] = [
        await makeOutput(initrd, { drivers: "virtual" }, bench.context(tree)),
        await makeOutput(initrd, { drivers: "virtual" }, other.context(again)),
      ];
      expect(await sha256Of(two.image.path)).toBe(await sha256Of(one.image.path));
    } finally {
      await other.close();
    }
  });

  it("warns of machines that the kernel does not serve, and is refused for those named", async () => {
    const context = bench.context(tree);
    await makeOutput(initrd, {}, context);
    expect(context.warnings.join()).toMatch(/does not reach Hyper-V's disks \(no hv_vmbus\)/);
    const failed = await failureOf(makeOutput(initrd, { drivers: ["ahci", "mmc"] }, context));
    expect(failed).toMatchObject({ code: "kernel-driver-missing", range: { file: "drivers" } });
    expect(failed.message).toContain("SD cards");
    const none = bench.context(await bench.tree(add => add(file("etc/x"))));
    expect(await failureOf(makeOutput(initrd, {}, none))).toMatchObject({ code: "no-kernel" });
  });
});

describe("a live ISO", () => {
  it.each([
    ["a CD", ["ide-cd,drive=d"], "media=cdrom,readonly=on"],
    ["a USB stick", ["qemu-xhci", "usb-storage,drive=d,removable=on"], "snapshot=on"],
  ] as const)("finds its medium as %s", async (_medium, devices, drive) => {
    const { path } = await liveIso();
    const said = await runMachine(bench.context(tree).host, [
      ...["-machine", "q35", "-m", "384", "-drive", `if=none,id=d,file=${path},format=raw,${drive}`],
      ...devices.flatMap(each => ["-device", each]),
    ]);
    expect(said).toMatch(/root: wrote=yes overlay \/ overlay rw/);
  });

  /** The same file each time: the cache has its parts. */
  async function liveIso(): Promise<ProducedFile> {
    const folder = join(bench.folder, "theirs");
    const context = bench.context(
      await bench.tree(system, async add => {
        for (const path of ["bin/busybox", "sbin/init"])
          await add(file(path, 0o755), { file: join(folder, path) });
        for (const path of ["proc", "dev"]) await add({ type: "directory", path, mode: 0o755, ...owned });
      }),
    );
    const cmdline = "console=ttyS0 quiet panic=-1 no_timer_check";
    const given = { root: "squashfs", firmware: ["bios"], cmdline };
    const resolved = (await iso.resolve?.(given, { ...context, fresh: false })) ?? null;
    const [image] = await iso.apply(given, context, resolved);
    if (!image) throw new Error("There is no ISO.");
    return image;
  }
});

describe("initrd: none", () => {
  const builtIn = (add: Add) =>
    (async () => {
      const image = await readFile(join(kernel.folder, `boot/vmlinuz-${kernel.release}`));
      await add(file("boot/vmlinuz-1.0"), { bytes: image });
      const names = ["virtio_pci", "virtio_blk", "squashfs"].map(name => `kernel/${name}.ko\n`);
      await add(file("lib/modules/1.0/modules.builtin"), { bytes: Buffer.from(names.join("")) });
    })();

  it("leaves it out where the kernel has all built in", async () => {
    const context = bench.context(await bench.tree(builtIn));
    const given = { initrd: "none", overlay: false };
    const { files } = await makeOutput(squashfs, given, context);
    expect(files.map(({ role }) => role)).toEqual(["image", "kernel"]);
    expect(squashfs.boot?.(given, files).initrd).toBeUndefined();
  });

  it("is refused, at its place, where modules have to be loaded", async () => {
    const all = await bench.tree(add => addKernel(add, kernel, /drivers\/(virtio|block)\/|fs\/squashfs\//));
    const failed = await failureOf(
      makeOutput(squashfs, { initrd: "none", overlay: false }, bench.context(all)),
    );
    expect(failed).toMatchObject({ code: "initrd-needed", range: { file: "initrd" } });
    expect(failed.message).toMatch(/virtio_pci, virtio_blk, .*squashfs/);
    const over = await failureOf(
      makeOutput(squashfs, { initrd: "none" }, bench.context(await bench.tree(builtIn))),
    );
    expect(over).toMatchObject({ code: "kernel-driver-missing" });
  });
});
