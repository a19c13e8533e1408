import { execFile } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { fetchPackage } from "../../../src/core/debian/fetchPackage.ts";
import { packageMembers } from "../../../src/core/debian/packageMembers.ts";
import { resolvePackage } from "../../../src/core/debian/resolvePackage.ts";
import type { Host } from "../../../src/core/host/host.ts";
import { type Add, owned, signal } from "./outputBench.ts";

const run = promisify(execFile);

/** A kernel of Debian, unpacked into `folder`, with modules.dep. */
export interface CloudKernel {
  readonly folder: string;
  readonly release: string;
}

/** @param image the package that depends on the newest: the cloud kernel knows no hardware of PCs */
export async function unpackCloudKernel(
  host: Host,
  folder: string,
  image: "linux-image-cloud-amd64" | "linux-image-amd64" = "linux-image-cloud-amd64",
): Promise<CloudKernel> {
  const meta = await resolvePackage(host, { package: image, arch: "x86_64", signal });
  const name = meta.depends.find(each => /^linux-image-[0-9]/.test(each));
  if (name === undefined) throw new Error(`${image} depends on no image.`);
  await run("dpkg-deb", ["-x", await fetch(host, name), folder]);
  const release = (await readdir(join(folder, "lib/modules")))[0] ?? "";
  await run(host.tools.require("depmod"), ["-b", folder, release]);
  return { folder, release };
}

/** A static BusyBox, as a file. */
export async function busyboxBytes(host: Host): Promise<Buffer> {
  for await (const { name, content } of packageMembers(host, await fetch(host, "busybox-static"), signal)) {
    if (!name.endsWith("bin/busybox")) continue;
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    return Buffer.concat(parts);
  }
  throw new Error("busybox-static has no busybox.");
}

async function fetch(host: Host, name: string): Promise<string> {
  const found = await resolvePackage(host, { package: name, arch: "x86_64", signal });
  return fetchPackage(host, found, { arch: "x86_64", signal });
}

/**
 * Adds the kernel, its lists of modules, and those of its modules whose path `wanted` accepts.
 * @param packed modules as some distributions have them, compressed with xz
 */
export async function addKernel(
  add: Add,
  kernel: CloudKernel,
  wanted: RegExp,
  packed = false,
): Promise<void> {
  const image = `boot/vmlinuz-${kernel.release}`;
  await add({ type: "file", path: image, mode: 0o644, ...owned }, { file: join(kernel.folder, image) });
  const modules = `lib/modules/${kernel.release}`;
  const names = await readdir(join(kernel.folder, modules), { recursive: true });
  for (const name of names.sort()) {
    const isModule = name.endsWith(".ko");
    if (!/^modules\.[a-z.]+$/.test(name) && !(isModule && wanted.test(name))) continue;
    const path = `${modules}/${name}`;
    const host = join(kernel.folder, path);
    const entry = { type: "file", path, mode: 0o644, ...owned } as const;
    if (packed && isModule) {
      const { stdout } = await run("xz", ["--check=crc32", "-c", host], {
        encoding: "buffer",
        maxBuffer: 2 ** 26,
      });
      await add({ ...entry, path: `${path}.xz` }, { bytes: stdout });
    } else if (packed && name === "modules.dep") {
      const text = await readFile(host, "utf8");
      await add(entry, { bytes: Buffer.from(text.replaceAll(/\.ko\b/g, ".ko.xz")) });
    } else await add(entry, { file: host });
  }
}

export async function removeKernel(kernel: CloudKernel): Promise<void> {
  await rm(kernel.folder, { recursive: true, force: true });
}
