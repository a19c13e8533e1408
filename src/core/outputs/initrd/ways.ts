import type { Arch } from "../../host/host.ts";

/** Drivers, and the hardware that asks for them. */
export interface WayPart {
  /** What a device's `modalias` in /sys looks like, as patterns of the shell. */
  readonly asks: readonly string[];
  /** Without their dependencies. */
  readonly modules: readonly string[];
}

/** A way on which a kernel gets to a disk. */
export interface Way {
  readonly name: WayName;
  /** How messages name it. */
  readonly medium: string;
  /** Any one of them will do; each is taken that the kernel has. */
  readonly through: readonly WayPart[];
  /** What hangs below those: all of it is needed. */
  readonly below?: WayPart;
  /** Taken where the kernel has them, and missed by nobody. */
  readonly also?: readonly WayPart[];
  /** Its disks are SCSI disks to the kernel. */
  readonly scsi: boolean;
  /** Where not everywhere. */
  readonly arch?: Arch;
}

export const wayNames = [
  "virtio-blk",
  "virtio-scsi",
  "ahci",
  "ide",
  "nvme",
  "hyperv",
  "vmware",
  "xen",
  "usb",
  "mmc",
] as const;
export type WayName = (typeof wayNames)[number];

const onMmio = ["of:*Cvirtio,mmio*", "acpi*:LNRO0005:*", "platform:virtio-mmio"];
/** Intel's chips in their RAID mode. */
const intelRaid = "pci:v00008086*bc01sc04*";

/** Every way, in the order in which drivers are loaded that nothing asked for. */
export const ways: readonly Way[] = [
  {
    name: "virtio-blk",
    medium: "virtio disks",
    through: [
      {
        asks: ["pci:v00001AF4d00001001*", "pci:v00001AF4d00001042*"],
        modules: ["virtio_pci", "virtio_blk"],
      },
      { asks: onMmio, modules: ["virtio_mmio", "virtio_blk"] },
    ],
    scsi: false,
  },
  {
    name: "virtio-scsi",
    medium: "virtio's SCSI disks",
    through: [
      {
        asks: ["pci:v00001AF4d00001004*", "pci:v00001AF4d00001048*"],
        modules: ["virtio_pci", "virtio_scsi"],
      },
      { asks: onMmio, modules: ["virtio_mmio", "virtio_scsi"] },
    ],
    scsi: true,
  },
  {
    name: "ahci",
    medium: "SATA disks",
    through: [{ asks: ["pci:*bc01sc06i01*", intelRaid], modules: ["ahci"] }],
    scsi: true,
  },
  {
    name: "ide",
    medium: "IDE disks",
    through: [{ asks: ["pci:*bc01sc01*"], modules: ["ata_piix"] }],
    also: [{ asks: ["pci:*bc01sc01*"], modules: ["ata_generic"] }],
    scsi: true,
    arch: "x86_64",
  },
  {
    name: "nvme",
    medium: "NVMe disks",
    through: [{ asks: ["pci:*bc01sc08*"], modules: ["nvme"] }],
    also: [{ asks: [intelRaid], modules: ["vmd", "nvme"] }],
    scsi: false,
  },
  {
    name: "hyperv",
    medium: "Hyper-V's disks",
    through: [{ asks: ["acpi*:VMBUS:*", "acpi*:VMBus:*", "vmbus:*"], modules: ["hv_storvsc"] }],
    scsi: true,
  },
  {
    name: "vmware",
    medium: "VMware's and VirtualBox's SCSI disks",
    through: [
      { asks: ["pci:v000015ADd000007C0*"], modules: ["vmw_pvscsi"] },
      { asks: ["pci:v00001000d00000030*"], modules: ["mptspi"] },
      { asks: ["pci:v00001000d00000054*"], modules: ["mptsas"] },
    ],
    also: [{ asks: ["pci:v0000104Bd00001040*"], modules: ["BusLogic"] }],
    scsi: true,
  },
  {
    name: "xen",
    medium: "Xen's disks",
    through: [{ asks: ["xen:vbd"], modules: ["xen_blkfront"] }],
    scsi: false,
    arch: "x86_64",
  },
  {
    name: "usb",
    medium: "USB disks",
    through: [
      { asks: ["pci:*bc0Csc03i30*"], modules: ["xhci_pci"] },
      { asks: ["pci:*bc0Csc03i20*"], modules: ["ehci_pci"] },
      { asks: ["pci:*bc0Csc03i10*"], modules: ["ohci_pci"] },
      { asks: ["pci:*bc0Csc03i00*"], modules: ["uhci_hcd"] },
    ],
    below: { asks: ["usb:*ic08*"], modules: ["usb_storage"] },
    // Where the kernel has it, usb_storage leaves to it the disks that can do with it.
    also: [{ asks: ["usb:*ic08*"], modules: ["uas"] }],
    scsi: true,
  },
  {
    name: "mmc",
    medium: "SD cards",
    through: [
      { asks: ["pci:*bc08sc05*"], modules: ["sdhci_pci"] },
      { asks: ["acpi*:80860F1*:*", "acpi*:INT33*:*", "acpi*:AMDI0040:*"], modules: ["sdhci_acpi"] },
      { asks: ["pci:v000010ECd00005*bcFF*"], modules: ["rtsx_pci_sdmmc"] },
    ],
    below: { asks: ["mmc:block"], modules: ["mmc_block"] },
    scsi: false,
  },
];
