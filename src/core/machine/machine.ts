import type { BootMedia } from "../outputs/output.ts";

export type MachineState =
  | { readonly kind: "starting" }
  | { readonly kind: "running" }
  /** `ready` was seen on the console, `seconds` after QEMU's start or the last reset. */
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
  /** Regular expression that the console shows when the system is up; `^` and `$` are borders of lines. */
  readonly ready: string | undefined;
  /** `auto`: KVM where a test guest proved that it works, else software emulation. `kvm`: an error where it does not. */
  readonly accelerator: "auto" | "kvm" | "tcg";
  /**
   * Absolute path of the console's log file; overwritten at start. While another machine writes there, a machine
   * gets a name beside it (`console-2.log`), which its own `spec` then says.
   */
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
  /** Resolves when the bytes are on their way to QEMU; rejects with a Failure when the machine has ended. */
  write(bytes: Uint8Array): Promise<void>;
  /** Pauses add up: the guest goes on when each has its resume(). */
  pause(): void;
  resume(): void;
  /**
   * Says that a terminal shows this console and answers what the guest asks it (cursor position, size, kind). While
   * there is none, Whittle answers as an 80×24 VT100: systemd and others ask at boot and wait.
   */
  attachTerminal(): Unsubscribe;
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
  /**
   * Resolves with the seconds from QEMU's start (or the last reset) to `ready`; without a `ready` in the spec, as
   * soon as the machine runs. Rejects with a Failure when the machine ends first or on timeout, and on abort.
   */
  untilReady(options: { readonly timeoutSeconds: number; readonly signal: AbortSignal }): Promise<number>;
  /**
   * Lets go of the machine without stopping it: it waits up to `seconds` for another process to adopt it
   * (adoptMachine), then ends. Used when VS Code reloads its window.
   */
  handOver(seconds: number): Promise<void>;
}
