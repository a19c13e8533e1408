import { Failure } from "../../../failure.ts";
import { moduleClosure } from "../../../kernel/closure.ts";
import type { KernelModule, ModuleIndex } from "../../../kernel/moduleIndex.ts";

/** A driver without which the kernel cannot reach its root, as module and as kernel configuration. */
interface RootDriver {
  readonly module: string;
  readonly option: string;
  readonly purpose: string;
}

const rootDrivers: readonly RootDriver[] = [
  { module: "virtio_pci", option: "CONFIG_VIRTIO_PCI", purpose: "to find the disk of the virtual machine" },
  { module: "virtio_blk", option: "CONFIG_VIRTIO_BLK", purpose: "to read the disk of the virtual machine" },
  { module: "ext4", option: "CONFIG_EXT4_FS", purpose: "to mount the root file system" },
];

/**
 * The modules to load, in order, before the kernel can mount an ext4 root on a virtio disk; none when all of that is
 * built in.
 * @throws Failure `kernel-driver-missing` when the kernel has a driver neither built in nor among the tree's modules.
 */
export function modulesForRoot(index: ModuleIndex): readonly KernelModule[] {
  // Who keeps no list of what is built in has built in what is not a module.
  const known: ModuleIndex = index.builtin ? index : { ...index, builtin: assumedBuiltin(index) };
  const closure = moduleClosure(
    known,
    rootDrivers.map(driver => driver.module),
  );
  const [missing] = closure.missing;
  if (missing !== undefined) throw driverMissing(missing, index.release);
  return closure.modules;
}

function assumedBuiltin(index: ModuleIndex): ReadonlySet<string> {
  return new Set(rootDrivers.map(driver => driver.module).filter(name => !index.modules.has(name)));
}

function driverMissing(name: string, release: string): Failure {
  const driver = rootDrivers.find(each => each.module === name);
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
