import type { Firmware } from "../firmware/findFirmware.ts";
import { isObject } from "../jsonLines.ts";
import type { MachineSpec } from "../machine.ts";

/** What a guard is told on its standard input, as one line of JSON. */
export interface GuardOrder {
  /** Folder in which the machine's folder is made. */
  readonly parent: string;
  readonly spec: MachineSpec;
  readonly accelerator: "kvm" | "tcg" | "hvf";
  readonly sandbox: boolean;
  readonly firmware: Firmware | undefined;
  /** Absolute paths; setpriv where there is one. */
  readonly qemu: string;
  readonly setpriv: string | undefined;
}

/** The guard's answer on its standard output, as one line of JSON. */
export type GuardAnswer =
  | { readonly folder: string; readonly pid: number; readonly startedAt: number }
  | { readonly problem: string };

/** What a client may say on the guard's socket. A client with a lease keeps the machine alive. */
export type GuardRequest =
  | { readonly do: "lease" }
  | { readonly do: "stop" }
  /** Gives the lease back; the machine waits `seconds` for another. `ready`: seconds until ready, if it was. */
  | { readonly do: "handOver"; readonly seconds: number; readonly ready: number | undefined };

/** What the guard says to its clients. */
export type GuardNews =
  | { readonly is: "hello"; readonly leased: boolean }
  | { readonly is: "leased"; readonly ready: number | undefined }
  | { readonly is: "busy" }
  | { readonly is: "handedOver" }
  | ({ readonly is: "exited" } & QemuExit);

export interface QemuExit {
  /** Exit code; undefined when a signal ended QEMU. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** The end of what QEMU wrote to stderr. */
  readonly stderr: string;
  /** A client asked for the end. */
  readonly asked: boolean;
}

export function readGuardRequest(message: unknown): GuardRequest | undefined {
  if (!isObject(message)) return undefined;
  const { seconds, ready } = message;
  if (message["do"] === "lease" || message["do"] === "stop") return { do: message["do"] };
  if (message["do"] !== "handOver" || typeof seconds !== "number") return undefined;
  return { do: "handOver", seconds, ready: typeof ready === "number" ? ready : undefined };
}

export function readGuardNews(message: unknown): GuardNews | undefined {
  if (!isObject(message)) return undefined;
  const { is, leased, ready } = message;
  if (is === "busy" || is === "handedOver") return { is };
  if (is === "hello") return { is, leased: leased === true };
  if (is === "leased") return { is, ready: typeof ready === "number" ? ready : undefined };
  return is === "exited" ? { is, ...readExit(message) } : undefined;
}

function readExit({ code, signal, stderr, asked }: Readonly<Record<string, unknown>>): QemuExit {
  return {
    code: typeof code === "number" ? code : undefined,
    signal: typeof signal === "string" ? signal : undefined,
    stderr: typeof stderr === "string" ? stderr : "",
    asked: asked === true,
  };
}

export function readGuardAnswer(message: unknown): GuardAnswer | undefined {
  if (!isObject(message)) return undefined;
  const { problem, folder, pid, startedAt } = message;
  if (typeof problem === "string") return { problem };
  if (typeof folder !== "string" || typeof pid !== "number" || typeof startedAt !== "number")
    return undefined;
  return { folder, pid, startedAt };
}
