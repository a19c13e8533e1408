import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { compareVersions } from "../../../src/core/kernel/compareVersions.ts";
import { findKernel, isKernelImage } from "../../../src/core/kernel/kernelImage.ts";
import { createLayerBuilder } from "../../../src/core/tree/layerBuilder.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";

const folder = mkdtempSync(join(tmpdir(), "whittle-kernel-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A tree of files (`path`), folders (`path/`) and links (`path -> target`). */
async function treeOf(...lines: string[]): Promise<Tree> {
  const signal = new AbortController().signal;
  const builder = createLayerBuilder({ folder, clock: 0 });
  const base = { uid: 0, gid: 0, mtime: 0 };
  for (const line of lines) {
    const [path = "", target] = line.split(" -> ");
    if (target !== undefined) await builder.add({ type: "symlink", path, mode: 0o777, target, ...base });
    else if (path.endsWith("/")) await builder.add({ type: "directory", path, mode: 0o755, ...base });
    else await builder.add({ type: "file", path, mode: 0o644, ...base }, { bytes: Buffer.from(path) });
  }
  return stackLayers([await builder.finish(signal)]);
}

async function found(...lines: string[]): Promise<[string, string] | undefined> {
  const kernel = findKernel(await treeOf(...lines));
  return kernel && [kernel.entry.path, kernel.version];
}

describe("findKernel", () => {
  it("takes the newest image, by number and not by letter", async () => {
    const images = [
      "boot/vmlinuz-6.1.0-9-amd64",
      "boot/vmlinuz-6.1.0-10-amd64",
      "boot/vmlinuz-5.99.0-99-amd64",
    ];
    expect(await found(...images)).toEqual(["boot/vmlinuz-6.1.0-10-amd64", "6.1.0-10-amd64"]);
  });

  it("reads the release of an image named by flavour from its modules", async () => {
    expect(await found("boot/vmlinuz-virt", "lib/modules/6.12.30-0-virt/modules.dep")).toEqual([
      "boot/vmlinuz-virt",
      "6.12.30-0-virt",
    ]);
  });

  it("finds an image that lies among the modules, also behind lib -> usr/lib", async () => {
    expect(await found("lib -> usr/lib", "usr/lib/modules/6.15.1-arch1-1/vmlinuz")).toEqual([
      "usr/lib/modules/6.15.1-arch1-1/vmlinuz",
      "6.15.1-arch1-1",
    ]);
  });

  it("prefers the copy in /boot of one release", async () => {
    expect(await found("usr/lib/modules/6.1/vmlinuz", "boot/vmlinuz-6.1", "lib -> usr/lib")).toEqual([
      "boot/vmlinuz-6.1",
      "6.1",
    ]);
  });

  it("ignores links, leftovers and everything else", async () => {
    const others = [
      "boot/vmlinuz.old",
      "boot/vmlinuz-6.1.old",
      "boot/config-6.1",
      "boot/initrd.img-6.1",
      "vmlinuz",
    ];
    expect(await found(...others, "boot/vmlinuz -> vmlinuz-7.0")).toBeUndefined();
  });

  it("gives nothing for a tree without a kernel", async () => {
    expect(await found("etc/passwd")).toBeUndefined();
  });
});

describe("isKernelImage", () => {
  it.each([
    "boot/vmlinuz-6.1.0-9-amd64",
    "boot/vmlinuz",
    "boot/vmlinuz.old",
    "boot/bzImage",
    "boot/Image.gz",
    "vmlinuz",
    "lib/modules/6.15.1/vmlinuz",
    "usr/lib/modules/6.15.1/vmlinuz",
  ])("knows %s", path => expect(isKernelImage(path)).toBe(true));

  it.each([
    "boot/config-6.1.0",
    "boot/initrd.img-6.1.0",
    "boot/grub/vmlinuz-6.1.0",
    "usr/share/vmlinuz-6.1.0",
    "boot/vmlinuzfoo",
    "srv/lib/modules/6.1/vmlinuz",
  ])("leaves %s", path => expect(isKernelImage(path)).toBe(false));
});

describe("compareVersions", () => {
  it("orders releases as kernels were released", () => {
    const ordered = ["5.15.0", "6.1-rc2", "6.1-rc10", "6.1", "6.1.0-9-amd64", "6.1.0-10-amd64", "6.10.1"];
    expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
  });
});
