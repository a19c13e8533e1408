import { describe, expect, it } from "vitest";
import { moduleClosure } from "../../../src/core/kernel/closure.ts";
import type { ModuleIndex } from "../../../src/core/kernel/moduleIndex.ts";
import { dependenciesIn, moduleName, pairsIn, softdepsIn } from "../../../src/core/kernel/moduleLists.ts";
import { modulesForRoot } from "../../../src/core/outputs/disk/initrd/rootDrivers.ts";

function index(dep: string, builtin: string[] | undefined, softdep = "", alias = ""): ModuleIndex {
  const modules = dependenciesIn(dep).map(({ path, depends }) => ({
    name: moduleName(path),
    path: `lib/modules/6.1/${path}`,
    depends: depends.map(moduleName),
  }));
  return {
    release: "6.1",
    builtin: builtin && new Set(builtin),
    modules: new Map(modules.map(each => [each.name, each])),
    softdeps: softdepsIn(softdep),
    aliases: pairsIn(alias),
  };
}

const virtio = `kernel/drivers/virtio/virtio.ko:
kernel/drivers/virtio/virtio_ring.ko: kernel/drivers/virtio/virtio.ko
kernel/drivers/virtio/virtio_pci.ko.xz: kernel/drivers/virtio/virtio_ring.ko kernel/drivers/virtio/virtio.ko
kernel/drivers/block/virtio_blk.ko: kernel/drivers/virtio/virtio.ko kernel/drivers/virtio/virtio_ring.ko
`;
const ext4 = `kernel/fs/ext4/ext4.ko: kernel/lib/crc16.ko kernel/fs/mbcache.ko kernel/fs/jbd2/jbd2.ko
kernel/lib/crc16.ko:
kernel/fs/mbcache.ko:
kernel/fs/jbd2/jbd2.ko:
kernel/crypto/crc32c-generic.ko:
`;
const toExt4 = (known: ModuleIndex) => modulesForRoot(known, { type: "ext4", overlay: false });
const names = (modules: readonly { name: string }[]) => modules.map(each => each.name);

describe("the modules that a kernel needs to reach its root", () => {
  it("come in an order in which each finds what it depends on", () => {
    const found = names(toExt4(index(virtio, ["ext4"])));
    expect(found).toEqual(["virtio", "virtio_ring", "virtio_pci", "virtio_blk"]);
  });

  it("include what softdep lines ask for by another name", () => {
    const soft = "softdep ext4 pre: crc32c\n";
    const found = names(toExt4(index(virtio + ext4, [], soft, "alias crc32c crc32c_generic\n")));
    expect(found).toEqual(expect.arrayContaining(["crc32c_generic", "jbd2", "mbcache", "crc16"]));
    expect(found.indexOf("crc32c_generic")).toBeLessThan(found.indexOf("ext4"));
  });

  it("are none when all is built in", () => {
    expect(toExt4(index("", ["virtio_pci", "virtio_blk", "ext4"]))).toEqual([]);
  });

  it("are those that are there when nothing says what is built in", () => {
    expect(toExt4(index("", undefined))).toEqual([]);
    expect(names(toExt4(index(virtio, undefined)))).toContain("virtio_blk");
  });

  it("are those of the root's file system, and of the overlay over it", () => {
    const squashfs = "kernel/fs/squashfs/squashfs.ko:\nkernel/fs/overlayfs/overlay.ko:\n";
    const over = (overlay: boolean) =>
      modulesForRoot(index(virtio + squashfs, []), { type: "squashfs", overlay });
    expect(names(over(true)).slice(-2)).toEqual(["squashfs", "overlay"]);
    expect(names(over(false)).at(-1)).toBe("squashfs");
    const without = index(virtio, ["squashfs"]);
    expect(() => modulesForRoot(without, { type: "squashfs", overlay: true })).toThrow(
      /overlay.*CONFIG_OVERLAY_FS|lacks the driver overlay/,
    );
  });

  it("are refused, with the name, the option and the cure, when one is nowhere", () => {
    expect(() => toExt4(index(virtio, []))).toThrow(/lacks the driver ext4.*no ext4\.ko/);
    const withoutRing = virtio.replace(/^.*virtio_ring.ko: .*\n/m, "");
    expect(() => toExt4(index(withoutRing, ["ext4"]))).toThrow("virtio_ring");
  });
});

describe("a closure of modules", () => {
  it("ends where modules ask for each other", () => {
    const circle = index("a.ko: b.ko\nb.ko:\n", [], "softdep b pre: a\n");
    expect(names(moduleClosure(circle, ["a"]).modules)).toEqual(["b", "a"]);
  });

  it("reads names as the kernel does", () => {
    expect(moduleName("kernel/crypto/crc32c-generic.ko.zst")).toBe("crc32c_generic");
  });
});
