import { Failure } from "../../../failure.ts";
import { moduleClosure } from "../../../kernel/closure.ts";
import type { KernelModule, ModuleIndex } from "../../../kernel/moduleIndex.ts";
import type { RootFileSystem } from "./rootFileSystem.ts";

/** A driver without which the kernel cannot reach its root, as module and as kernel configuration. */
interface RootDriver {
  readonly module: string;
  readonly option: string;
  readonly purpose: string;
}

const diskDrivers: readonly RootDriver[] = [
  { module: "virtio_pci", option: "CONFIG_VIRTIO_PCI", purpose: "to find the disk of the virtual machine" },
  { module: "virtio_blk", option: "CONFIG_VIRTIO_BLK", purpose: "to read the disk of the virtual machine" },
];
const toMount = "to mount the root file system";
const fileSystems: Readonly<Record<RootFileSystem["type"], RootDriver>> = {
  ext4: { module: "ext4", option: "CONFIG_EXT4_FS", purpose: toMount },
  squashfs: { module: "squashfs", option: "CONFIG_SQUASHFS", purpose: toMount },
  erofs: { module: "erofs", option: "CONFIG_EROFS_FS", purpose: toMount },
};
const overlayDriver: RootDriver = {
  module: "overlay",
  option: "CONFIG_OVERLAY_FS",
  purpose: "to keep in memory what is written to the root",
};

/** What a kernel needs to get to such a root on a virtio disk. */
export function rootDriversOf(root: RootFileSystem): readonly RootDriver[] {
  return [...diskDrivers, fileSystems[root.type], ...(root.overlay ? [overlayDriver] : [])];
}

/**
 * The modules to load, in order, before the kernel can mount its root on a virtio disk; none when all of that is built
 * in.
 * @throws Failure `kernel-driver-missing` when the kernel has a driver neither built in nor among the tree's modules.
 */
export function modulesForRoot(index: ModuleIndex, root: RootFileSystem): readonly KernelModule[] {
  const drivers = rootDriversOf(root);
  const names = drivers.map(driver => driver.module);
  // Who keeps no list of what is built in has built in what is not a module.
  const assumed = () => new Set(names.filter(name => !index.modules.has(name)));
  const known: ModuleIndex = index.builtin ? index : { ...index, builtin: assumed() };
  const closure = moduleClosure(known, names);
  const [missing] = closure.missing;
  if (missing !== undefined) throw driverMissing(missing, drivers, index.release);
  return closure.modules;
}

function driverMissing(name: string, drivers: readonly RootDriver[], release: string): Failure {
  const driver = drivers.find(each => each.module === name);
  const what = driver
    ? `the driver ${name}, ${driver.purpose}`
    : `the module ${name}, which its disk drivers need`;
  const option = driver ? ` or is configured with ${driver.option}=y` : "";
  return new Failure(
    "kernel-driver-missing",
    `The kernel ${release} cannot boot from this disk: it lacks ${what}. It is not built in, and the image has no ${name}.ko.`,
    {
      advice: `Let no stage remove ${name}.ko, or use a kernel that has it${option}.`,
    },
  );
}
