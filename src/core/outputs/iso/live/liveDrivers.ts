import { moduleClosure } from "../../../kernel/closure.ts";
import type { KernelModule, ModuleIndex } from "../../../kernel/moduleIndex.ts";
import type { OutputContext } from "../../output.ts";

/** Without these no medium becomes a root. */
const needed = {
  isofs: "CONFIG_ISO9660_FS",
  loop: "CONFIG_BLK_DEV_LOOP",
  squashfs: "CONFIG_SQUASHFS",
  overlay: "CONFIG_OVERLAY_FS",
} as const;

/** A way to a medium: all of `drivers` and one of `controllers`. */
interface Way {
  readonly medium: string;
  readonly drivers: readonly string[];
  readonly controllers: readonly string[];
}

const ways: readonly Way[] = [
  {
    medium: "a CD drive",
    drivers: ["sr_mod"],
    controllers: ["ahci", "ata_piix", "virtio_scsi", "hv_storvsc", "mptspi", "mptsas", "vmw_pvscsi"],
  },
  {
    medium: "a USB stick",
    drivers: ["usb_storage", "sd_mod"],
    controllers: ["xhci_pci", "ehci_pci", "ohci_pci", "uhci_hcd"],
  },
  { medium: "a virtio disk", drivers: ["virtio_blk"], controllers: ["virtio_pci"] },
];

/**
 * The modules that a live system loads, in order, to find its medium: every way that the kernel knows, since nobody
 * knows the machine yet.
 * @throws Failure `kernel-driver-missing` when it can mount nothing, or reach no medium
 */
export function liveModules(index: ModuleIndex, context: OutputContext): readonly KernelModule[] {
  const { builtin, modules, release } = index;
  // Who keeps no list of what is built in has built in what is not a module.
  const assumed = (name: string): boolean => builtin === undefined && !modules.has(name);
  const missingFor = (name: string): string | undefined =>
    assumed(name) ? undefined : moduleClosure(index, [name]).missing[0];
  const has = (name: string): boolean => missingFor(name) === undefined;
  const lacking = Object.entries(needed).find(([name]) => !has(name));
  if (lacking) {
    const [driver, option] = lacking;
    const name = missingFor(driver) ?? driver;
    const why = name === driver ? "" : `, which ${driver} needs`;
    throw driverMissing(
      `The kernel ${release} cannot run from a medium: it lacks ${name}${why}. It is not built in, and the image has no ${name}.ko.`,
      `Let no stage remove ${name}.ko, use a kernel with ${option}=y, or write root: initramfs.`,
      context,
    );
  }
  const open = ways.filter(({ drivers, controllers }) => drivers.every(has) && controllers.some(has));
  const closed = ways.filter(way => !open.includes(way)).map(({ medium }) => medium);
  if (open.length === 0) {
    throw driverMissing(
      `The kernel ${release} has no driver for ${closed.join(", ")}: it could not reach the ISO that it was loaded from.`,
      "Use a kernel with such drivers, or write root: initramfs, which needs none.",
      context,
    );
  }
  if (closed.length > 0) {
    context.warn(
      `The kernel ${release} finds its root only on ${open.map(({ medium }) => medium).join(" and ")}: it has no driver for ${closed.join(" and ")}. With root: initramfs it needs none.`,
      ["root"],
    );
  }
  const wanted = [...ways.flatMap(way => [...way.controllers, ...way.drivers]), ...Object.keys(needed)];
  const loaded = wanted.filter(name => modules.has(name) && has(name));
  return moduleClosure(index, loaded).modules;
}

function driverMissing(message: string, advice: string, context: OutputContext) {
  return context.fail("kernel-driver-missing", message, { at: ["root"], advice });
}
