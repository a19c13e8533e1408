import { describe, expect, it } from "vitest";
import { Failure } from "../../../src/core/failure.ts";
import { moduleClosure } from "../../../src/core/kernel/closure.ts";
import type { ModuleIndex } from "../../../src/core/kernel/moduleIndex.ts";
import { dependenciesIn, moduleName, pairsIn, softdepsIn } from "../../../src/core/kernel/moduleLists.ts";
import { usualDrivers } from "../../../src/core/outputs/disk/usualDrivers.ts";
import { checkPlan } from "../../../src/core/outputs/initrd/checkPlan.ts";
import { diskScript } from "../../../src/core/outputs/initrd/diskScript.ts";
import { planDrivers } from "../../../src/core/outputs/initrd/driverPlan.ts";
import { type Drivers, ownMachine, wantedWays } from "../../../src/core/outputs/initrd/machines.ts";
import { withoutInitrd } from "../../../src/core/outputs/initrd/noInitrd.ts";
import { rootDriversOf } from "../../../src/core/outputs/initrd/rootDrivers.ts";
import type { RootFileSystem } from "../../../src/core/outputs/initrd/rootFileSystem.ts";
import type { OutputContext } from "../../../src/core/outputs/output.ts";

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
const sata = "ahci.ko: libata.ko\nlibata.ko:\nsd_mod.ko: scsi_mod.ko\nscsi_mod.ko:\n";
const usb = "usb_storage.ko: scsi_mod.ko usbcore.ko\nusbcore.ko:\nohci_pci.ko: usbcore.ko\n";

const onExt4: RootFileSystem = { type: "ext4", overlay: false };
const names = (modules: readonly { name: string }[]) => modules.map(each => each.name);

/** Plans, and checks as a build does. */
function plan(known: ModuleIndex, root: RootFileSystem, drivers: Drivers = ownMachine) {
  const warnings: string[] = [];
  const context = {
    warn: (message: string, at: readonly unknown[] = []) => warnings.push(`${at.join(".")}: ${message}`),
    fail: (code: string, message: string, { advice, at = [] }: { advice?: string; at?: unknown[] } = {}) =>
      new Failure(`${code} ${at.join(".")}`, message, advice === undefined ? {} : { advice }),
  } as unknown as OutputContext;
  const needed = rootDriversOf(root);
  const wanted = wantedWays(drivers, "x86_64");
  const made = planDrivers(known, names(needed.map(({ module: name }) => ({ name }))), wanted.ways, [
    "sd_mod",
  ]);
  checkPlan(made, { needed, wanted, rootAt: [], waysAt: ["drivers"] }, known, context);
  return { ...made, warnings, context };
}

function failure(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("It did not fail.");
}

describe("the modules that a kernel needs to reach its root", () => {
  it("come in an order in which each finds what it depends on", () => {
    const found = names(plan(index(virtio, ["ext4"]), onExt4).modules);
    expect(found).toEqual(["virtio", "virtio_ring", "virtio_pci", "virtio_blk"]);
  });

  it("include what softdep lines ask for by another name", () => {
    const soft = "softdep ext4 pre: crc32c\n";
    const known = index(virtio + ext4, [], soft, "alias crc32c crc32c_generic\n");
    const found = plan(known, onExt4).always;
    expect(found).toEqual(expect.arrayContaining(["crc32c_generic", "jbd2", "mbcache", "crc16"]));
    expect(found.indexOf("crc32c_generic")).toBeLessThan(found.indexOf("ext4"));
  });

  it("are none when all is built in", () => {
    const { modules, asked, always } = plan(index("", ["virtio_pci", "virtio_blk", "ext4"]), onExt4);
    expect([modules, asked, always]).toEqual([[], [], []]);
  });

  it("are those that are there when nothing says what is built in", () => {
    expect(plan(index("", undefined), onExt4, "any").modules).toEqual([]);
    expect(names(plan(index(virtio, undefined), onExt4).modules)).toContain("virtio_blk");
  });

  it("are refused when nothing but the configuration says that they are not built in", () => {
    const configured = (...options: string[]) => ({ ...index("", undefined), options: new Set(options) });
    const all = configured("CONFIG_VIRTIO_PCI", "CONFIG_VIRTIO_BLK", "CONFIG_EXT4_FS");
    expect(plan(all, onExt4).modules).toEqual([]);
    const disks = failure(() => plan(configured("CONFIG_EXT4_FS"), onExt4));
    expect(disks.message).toContain("does not reach virtio disks (no virtio_pci)");
    expect(disks.advice).toContain("its `modules`");
    const root = failure(() => plan(configured("CONFIG_VIRTIO_PCI", "CONFIG_VIRTIO_BLK"), onExt4));
    expect(root.message).toContain("lacks the driver ext4");
  });

  it("are those of the root's file system, and of the overlay over it", () => {
    const squashfs = "kernel/fs/squashfs/squashfs.ko:\nkernel/fs/overlayfs/overlay.ko:\n";
    const over = (overlay: boolean) => plan(index(virtio + squashfs, []), { type: "squashfs", overlay });
    expect(over(true).always).toEqual(["squashfs", "overlay"]);
    expect(over(false).always).toEqual(["squashfs"]);
    const without = index(virtio, ["btrfs"]);
    const failed = failure(() => plan(without, { type: "btrfs", overlay: true }));
    expect(failed.message).toContain("lacks the driver overlay");
    expect(failed.advice).toContain("CONFIG_OVERLAY_FS=y");
  });

  it("are refused, with the name, the option and the cure, when one is nowhere", () => {
    const noExt4 = failure(() => plan(index(virtio, []), onExt4));
    expect(noExt4.message).toMatch(/lacks the driver ext4.*no ext4\.ko/);
    const noBlk = failure(() => plan(index(virtio.replace(/^.*blk.*\n/m, ""), ["ext4"]), onExt4));
    expect(noBlk).toMatchObject({ code: "kernel-driver-missing drivers" });
    expect(noBlk.message).toContain("does not reach virtio disks (no virtio_blk)");
    expect(noBlk.advice).toContain("CONFIG_VIRTIO_BLK=y");
    const withoutRing = virtio.replace(/^.*virtio_ring.ko: .*\n/m, "");
    expect(failure(() => plan(index(withoutRing, ["ext4"]), onExt4)).message).toContain("virtio_ring");
  });
});

describe("the machines that an initrd serves", () => {
  it("get their drivers when their hardware asks", () => {
    const { asked } = plan(index(virtio + sata, ["ext4"]), onExt4, ["virtio-blk", "ahci"]);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatchObject({ modules: ["libata", "ahci", "scsi_mod", "sd_mod"] });
    const text = diskScript(onExt4).text(plan(index(sata, ["ext4"]), onExt4, ["ahci"]));
    expect(text).toContain("case $1 in pci:*bc01sc06i01*|pci:v00008086*bc01sc04*) load libata ahci scsi_mod");
  });

  it("are as many as the kernel can, and the others are named", () => {
    const { open, warnings } = plan(index(virtio + sata, ["ext4"]), onExt4, "virtual");
    expect(names(open)).toEqual(["virtio-blk", "ahci"]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^drivers: .* only on virtio disks, SATA disks\. It does not reach .*NVMe disks \(no nvme\)/,
    );
    expect(warnings[0]).not.toContain("USB");
    expect(failure(() => plan(index(sata, ["ext4"]), onExt4, "virtio")).code).toContain(
      "kernel-driver-missing",
    );
  });

  it("must all be there when each is named", () => {
    const known = index(virtio + sata, ["ext4"]);
    expect(failure(() => plan(known, onExt4, ["ahci", "nvme"])).message).toContain("NVMe disks (no nvme)");
  });

  it("find a USB disk through any controller, but not without the driver for disks", () => {
    expect(names(plan(index(usb + sata, ["ext4"]), onExt4, ["usb"]).open)).toEqual(["usb"]);
    const noDisks = index(usb + sata.replace(/sd_mod.*\n/, ""), ["ext4"]);
    expect(failure(() => plan(noDisks, onExt4, ["usb"])).message).toContain("(no sd_mod)");
    const noHost = index(usb.replace(/ohci.*\n/, "") + sata, ["ext4"]);
    expect(failure(() => plan(noHost, onExt4, ["usb"])).message).toContain("(no xhci_pci)");
  });

  it("have no IDE beside an arm64 processor", () => {
    expect(names(wantedWays("any", "aarch64").ways)).not.toContain("ide");
    expect(names(wantedWays("any", "x86_64").ways)).toContain("ide");
  });

  it("are by default those that the file goes to", () => {
    expect(usualDrivers({})).toEqual(["virtio-blk"]);
    expect(usualDrivers({ format: "vmdk", firmware: "both" })).toBe("virtual");
    expect(usualDrivers({ firmware: "bios" })).toBe("any");
  });
});

describe("no initrd", () => {
  it("is right where all is built in, and says which machines that leaves", () => {
    const known = index(sata, ["virtio_pci", "virtio_blk", "ext4"]);
    const { context, warnings, ...made } = plan(known, onExt4, ["virtio-blk", "ahci"]);
    withoutInitrd(made, onExt4, context);
    expect(warnings[0]).toMatch(/only on virtio disks: for SATA disks it would have to load/);
  });

  it("is made for none of the drivers that only some machines want", () => {
    const known = index("virtio_mmio.ko:\nuas.ko:\n", ["virtio_pci", "virtio_blk", "ext4"]);
    const { modules, always, modular } = plan(known, onExt4);
    expect([names(modules), always, modular]).toEqual([["virtio_mmio"], [], []]);
  });

  it("is refused where drivers are modules, with their names", () => {
    const { context, ...made } = plan(index(virtio + ext4, []), onExt4);
    const failed = failure(() => withoutInitrd(made, onExt4, context));
    expect(failed.code).toBe("initrd-needed initrd");
    expect(failed.message).toContain(
      "virtio, virtio_ring, virtio_pci, virtio_blk, crc16, mbcache, jbd2, ext4",
    );
    expect(failed.advice).toContain("initrd: auto");
  });

  it("is refused under an overlay", () => {
    const root: RootFileSystem = { type: "erofs", overlay: true };
    const { context, ...made } = plan(index("", ["virtio_pci", "virtio_blk", "erofs", "overlay"]), root);
    expect(failure(() => withoutInitrd(made, root, context)).advice).toContain("overlay: false");
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
