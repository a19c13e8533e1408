import type { BootMedia } from "../outputs/output.ts";

export type MachineState =
  | { readonly kind: "starting" }
  | { readonly kind: "running" }
  /** `ready` was seen on the console, `seconds` after QEMU's start. */
  | { readonly kind: "ready"; readonly seconds: number }
  | { readonly kind: "paused" }
  /** QEMU ended by itself or because it was asked to. */
  | { readonly kind: "stopped" }
  /** `tail`: the last lines of the console (and of QEMU's stderr). */
  | {
      readonly kind: "failed";
      readonly message: string;
      readonly advice: string | undefined;
      readonly tail: string;
    };

export interface MachineSpec {
  /** For people: the recipe's or image's name. */
  readonly name: string;
  readonly arch: "x86_64" | "aarch64";
  readonly media: BootMedia;
  /** MiB. */
  readonly memory: number;
  readonly cpus: number;
  /** Words after the output's own on the kernel command line. */
  readonly cmdline: string;
  readonly network: "user" | "none";
  /** Each `HOSTPORT:GUESTPORT`, bound to 127.0.0.1. */
  readonly forward: readonly string[];
  /** Regular expression that the console shows when the system is up. */
  readonly ready: string | undefined;
  /** Absolute path of the console's log file; overwritten at start. */
  readonly logFile: string;
}

export type Unsubscribe = () => void;

/**
 * The serial line. Bytes reach every listener; a listener that falls behind calls `pause()` and later `resume()`,
 * which holds back the guest, not the memory of this process.
 */
export interface MachineConsole {
  /** What the machine has said so far (bounded; the log file has all) and the count of bytes dropped before it. */
  history(): { readonly bytes: Uint8Array; readonly dropped: number };
  onData(listener: (bytes: Uint8Array) => void): Unsubscribe;
  /** Resolves when QEMU took the bytes. */
  write(bytes: Uint8Array): Promise<void>;
  pause(): void;
  resume(): void;
}

export interface Machine {
  /** Unique while this machine exists; the name of its runtime folder. */
  readonly id: string;
  readonly spec: MachineSpec;
  /** e.g. `kvm` or `tcg`. */
  readonly accelerator: string;
  readonly startedAt: Date;
  readonly pid: number;
  readonly console: MachineConsole;
  readonly state: MachineState;
  onState(listener: (state: MachineState) => void): Unsubscribe;
  pause(): Promise<void>;
  resume(): Promise<void>;
  reset(): Promise<void>;
  /** Presses the power button; the guest decides. */
  powerButton(): Promise<void>;
  /** PNG bytes of the VGA screen. */
  screenshot(): Promise<Uint8Array>;
  /** Ends QEMU at once and cleans up; resolves when nothing of it is left. */
  stop(): Promise<void>;
  /** Resolves with the final state (`stopped` or `failed`). */
  readonly ended: Promise<MachineState>;
  /** Resolves when ready; rejects with a Failure when the machine ends first, on timeout or abort. */
  untilReady(options: { readonly timeoutSeconds: number; readonly signal: AbortSignal }): Promise<number>;
  /**
   * Lets go of the machine without stopping it: it waits up to `seconds` for another process to adopt it
   * (adoptMachine), then ends. Used when VS Code reloads its window.
   */
  handOver(seconds: number): Promise<void>;
}
