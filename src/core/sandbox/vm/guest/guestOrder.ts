import type { Arch, Host } from "../../../host/host.ts";

/** A disk of a guest. */
export interface GuestDrive {
  /** How the guest's script calls it; at most 20 letters. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly format: "raw" | "qcow2" | "vmdk" | "vdi" | "vhdx" | "vpc";
  /** `no`: the guest writes to the file; `discard`: what it writes is gone with it; `yes`: it cannot write. */
  readonly readOnly: "no" | "discard" | "yes";
}

/** What a guest is started with. */
export interface GuestOrder {
  readonly host: Host;
  readonly arch: Arch;
  readonly signal: AbortSignal;
  readonly log?: ((line: string) => void) | undefined;
  readonly kernel: string;
  /** One file with all parts. */
  readonly initramfs: string;
  readonly drives: readonly GuestDrive[];
  /** MiB. */
  readonly memory: number;
  readonly cpus: number;
  /** Whether it reaches the network, through QEMU's own. */
  readonly network: boolean;
  /** Folder for QEMU's temporary files. */
  readonly scratch: string;
  /** Seconds until the guest has to have said its first word; default 180. */
  readonly bootSeconds?: number | undefined;
  /** Seconds that a guest, once up, may be silent; it says something every five seconds. Default 300. */
  readonly silentSeconds?: number | undefined;
}
