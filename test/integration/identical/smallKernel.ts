import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host } from "../../../src/core/host/host.ts";
import { removeKernel, unpackCloudKernel } from "../outputs/cloudKernel.ts";

const kernelBytes = 2 ** 20;
const scsi = ["scsi_mod", "scsi_common", "sd_mod", "sr_mod", "virtio_scsi"];
/** The modules with which disks and ISOs find their root: folders and files. */
const kept = [
  ...["drivers/virtio", "drivers/cdrom", "drivers/block/virtio_blk.ko", "drivers/block/loop.ko"],
  ...scsi.map(name => `drivers/scsi/${name}.ko`),
  ...["fs/squashfs", "fs/overlayfs", "fs/erofs", "fs/isofs", "fs/netfs", "fs/fscache"],
  ...["fs/btrfs", "lib/zstd", "lib/raid6", "lib/libcrc32c.ko"],
  ...["crypto/xor.ko", "crypto/xxhash_generic.ko", "crypto/blake2b_generic.ko"],
];

/** Puts Debian's cloud kernel with few of its modules into the new folder `folder`, for `kernel: { file, modules }`. */
export async function putSmallKernel(host: Host, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const kernel = await unpackCloudKernel(host, `${folder}.all`);
  try {
    const from = join(kernel.folder, "lib/modules", kernel.release);
    const to = join(folder, "modules", kernel.release);
    await mkdir(to, { recursive: true });
    for (const name of await readdir(from)) {
      if (/^modules\.(builtin|order)/.test(name)) await cp(join(from, name), join(to, name));
    }
    for (const name of kept)
      await cp(join(from, "kernel", name), join(to, "kernel", name), { recursive: true });
    // Nobody boots these images: the kernel's head, which the outputs look at, does.
    const image = await readFile(join(kernel.folder, `boot/vmlinuz-${kernel.release}`));
    await writeFile(join(folder, "vmlinuz"), image.subarray(0, kernelBytes));
  } finally {
    await removeKernel(kernel);
  }
}
