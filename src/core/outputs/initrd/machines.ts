import type { Arch } from "../../host/host.ts";
import { type Way, type WayName, wayNames, ways } from "./ways.ts";

const hypervisors = ["virtio-blk", "virtio-scsi", "ahci", "ide", "nvme", "hyperv", "vmware", "xen"] as const;

/** Machines by the ways on which they hold their disks. */
export const machineWays = {
  virtio: ["virtio-blk", "virtio-scsi"],
  virtual: hypervisors,
  any: wayNames,
} as const satisfies Readonly<Record<string, readonly WayName[]>>;

export type Machines = keyof typeof machineWays;
/** Machines of a kind, or the very ways. */
export type Drivers = Machines | readonly WayName[];

/** What `whittle boot` makes where the kernel lies beside a disk. */
export const ownMachine: Drivers = ["virtio-blk"];

/** What is asked of an initrd's drivers. */
export interface WantedWays {
  readonly ways: readonly Way[];
  /** The kernel must have each of them. */
  readonly each: boolean;
}

/** The ways that `drivers` stands for on such processors, in the order of all ways. */
export function wantedWays(drivers: Drivers, arch: Arch): WantedWays {
  if (typeof drivers !== "string") {
    return { ways: ways.filter(({ name }) => drivers.includes(name)), each: true };
  }
  const names: readonly WayName[] = machineWays[drivers];
  const here = ways.filter(way => names.includes(way.name) && (way.arch ?? arch) === arch);
  return { ways: here, each: false };
}
