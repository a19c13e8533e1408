import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { disk } from "../../../src/core/outputs/disk.ts";
import { initramfs } from "../../../src/core/outputs/initramfs.ts";
import type { ProducedFile } from "../../../src/core/outputs/output.ts";
import { bootOnce } from "./bootOnce.ts";
import { addKernel, busyboxBytes, type CloudKernel, removeKernel, unpackCloudKernel } from "./cloudKernel.ts";
import { type Add, type Bench, failureOf, makeOutput, openBench, owned } from "./outputBench.ts";

const run = promisify(execFile);
let bench: Bench;
let kernel: CloudKernel;
let busybox: Buffer;
beforeAll(async () => {
  bench = await openBench();
  const { host } = bench.context(await bench.tree());
  kernel = await unpackCloudKernel(host, join(bench.folder, "kernel"));
  busybox = await busyboxBytes(host);
});
afterAll(async () => {
  await removeKernel(kernel);
  await bench.close();
});

const file = (path: string, mode = 0o644) => ({ type: "file", path, mode, ...owned }) as const;

/** Tells on the console what it finds, then ends the machine. */
const init = `#!/bin/busybox sh
b=/bin/busybox
$b echo "says: $($b cat /etc/b) $($b stat -c '%u:%g %a %h' /etc/a) $($b stat -c %F /etc/node)"
$b echo "mode of /: $($b stat -c %a /)"
$b mount -t proc proc /proc
$b echo "root: $($b grep ' / ' /proc/mounts)"
i=0
while [ $i -lt 400 ]; do $b touch /etc/a-rather-long-name-of-a-file-that-fills-blocks-$i || break; i=$((i + 1)); done
$b sync
$b echo "wrote $i"
$b poweroff -f
`;
const said = "says: hello 7:70000 4755 2 block special file";

async function system(add: Add): Promise<void> {
  await add({ ...file("etc/a", 0o4755), uid: 7, gid: 70_000 }, { bytes: Buffer.from("hello") });
  await add(file("etc/b"), { hardLink: "etc/a" });
  await add({ type: "directory", path: "proc", mode: 0o755, ...owned });
  await add({ type: "block", path: "etc/node", mode: 0o600, major: 7, minor: 9, ...owned });
}

async function programs(add: Add): Promise<void> {
  await add(file("bin/busybox", 0o755), { bytes: busybox });
  await add(file("sbin/real-init", 0o755), { bytes: Buffer.from(init) });
  await add({ type: "symlink", path: "sbin/init", mode: 0o777, target: "/sbin/real-init", ...owned });
}

/** The machine ended without unmounting: the journal is replayed, and nothing is left to mend. */
async function checkAfterUse(files: readonly ProducedFile[]): Promise<void> {
  const image = files.find(each => each.role === "image")?.path ?? "";
  const e2fsck = bench.context(await bench.tree()).host.tools.require("e2fsck");
  await run(e2fsck, ["-p", image]);
  const { stdout } = await run(e2fsck, ["-fn", image]);
  expect(stdout).toMatch(/: 4\d\d\//);
}

describe("Debian's kernel", () => {
  it.each(["gzip", "xz", "zstd", "none"])("boots an initramfs of several members (%s)", async compress => {
    const tree = await bench.tree(system, programs, add => addKernel(add, kernel, /virtio/));
    const context = bench.context(tree);
    const { files } = await makeOutput(initramfs, { compress }, context);
    const media = initramfs.boot?.({}, files);
    if (!media) throw new Error("It cannot be booted.");
    const console = await bootOnce(context.host, media);
    expect(console).toContain(said);
    expect(console).toContain("mode of /: 755");
  });

  it.each([
    ["raw", "with the tree's BusyBox", true],
    ["qcow2", "with Debian's BusyBox, modules in xz", false],
  ])("boots a %s disk whose drivers are modules (%s)", async (format, _how, own) => {
    const drivers = (add: Add) => addKernel(add, kernel, /drivers\/(virtio|block)\//, !own);
    const hidden = async (add: Add) => {
      await programs(async (entry, content) => {
        if (entry.path === "bin/busybox" && !own) return;
        await add(entry, content);
      });
      if (own) return;
      await add(file("opt/tool", 0o755), { bytes: busybox });
      await add({ type: "symlink", path: "bin/busybox", mode: 0o777, target: "/opt/box/../tool", ...owned });
      await add({ type: "directory", path: "opt/box", mode: 0o755, ...owned });
    };
    const context = bench.context(await bench.tree(system, hidden, drivers));
    const { files } = await makeOutput(
      disk,
      { format, label: "system", size: format === "raw" ? "64M" : "5G" },
      context,
    );
    const media = disk.boot?.({ format }, files);
    if (!media) throw new Error("It cannot be booted.");
    expect(media.initrd).toBeDefined();
    const root = own ? "root=LABEL=system" : `root=UUID=${context.uuid("ext4")}`;
    const console = await bootOnce(context.host, media, root);
    expect(console).toContain(said);
    expect(console).toMatch(/root: \/dev\/\S+ \/ ext4 rw/);
    expect(console).toContain("wrote 400");
    expect(console).not.toMatch(/EXT4-fs (error|warning)/);
    if (format === "raw") await checkAfterUse(files);
  });

  it("says on the console which disk it waited for in vain", async () => {
    const drivers = (add: Add) => addKernel(add, kernel, /drivers\/(virtio|block)\//);
    const context = bench.context(await bench.tree(system, programs, drivers));
    const { files } = await makeOutput(disk, {}, context);
    const media = disk.boot?.({}, files);
    if (!media) throw new Error("It cannot be booted.");
    const console = await bootOnce(context.host, { ...media, drives: [] });
    expect(console).toContain("initrd: the disk /dev/vda did not appear within 10 s");
    expect(console).toContain("Kernel panic");
  });

  it("is refused for a disk when a driver was removed, with the name of the driver", async () => {
    const drivers = (add: Add) => addKernel(add, kernel, /drivers\/virtio\//);
    const context = bench.context(await bench.tree(system, programs, drivers));
    const failure = await failureOf(makeOutput(disk, {}, context));
    expect(failure.code).toBe("kernel-driver-missing");
    expect(failure.message).toContain("virtio_blk");
    expect(failure.advice).toContain("CONFIG_VIRTIO_BLK");
    expect(failure.range).toBeDefined();
  });
});
