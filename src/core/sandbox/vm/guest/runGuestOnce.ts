import { setTimeout as sleep } from "node:timers/promises";
import type { Failure } from "../../../failure.ts";
import { Monitor } from "../../../machine/monitor.ts";
import type { MonitorEvent } from "../../../machine/monitorMessages.ts";
import { readyWord } from "../helper/bootScript.ts";
import { diskError, guestBroken, guestFailure, guestSilent, hostDiskFull } from "./guestFailures.ts";
import type { GuestOrder } from "./guestOrder.ts";
import { eachLine } from "./lines.ts";
import { startQemu } from "./qemuGuest.ts";
import type { Guest, GuestUse } from "./runGuest.ts";
import { Watchdog } from "./watchdog.ts";

const crashes: ReadonlySet<string> = new Set(["SIGSEGV", "SIGABRT", "SIGBUS"]);
const keptConsole = 64 * 1024;
/** A guest that breaks off closes its ports a moment before QEMU ends. */
const endingMs = 500;

/** QEMU crashed before its guest was up: nothing has happened yet that starting it again would repeat. */
export class EarlyCrash extends Error {
  override readonly name = "EarlyCrash";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** @throws EarlyCrash; else as runGuest() does. */
export async function runGuestOnce<T>(order: GuestOrder, use: GuestUse<T>): Promise<T> {
  const { signal, bootSeconds = 180, silentSeconds = 300 } = order;
  const qemu = await startQemu(order);
  let consoleText = "";
  let isUp = false;
  let isDone = false;
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
    qemu.kill();
  };
  const watchdog = new Watchdog(seconds => fail(guestSilent(seconds, isUp, consoleText)));
  watchdog.within(bootSeconds);
  const onAbort = (): void => fail(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const onStatus = (line: string): void => {
    watchdog.within(silentSeconds);
    const [word = ""] = line.split(" ", 1);
    const rest = line.slice(word.length + 1);
    if (word === readyWord) isUp = true;
    else if (word === "done") isDone = true;
    else if (word === "broken") fail(guestBroken(rest));
    else if (word !== "alive") use.onStatus(word, rest);
  };
  const onEvent = ({ name, data }: MonitorEvent): void => {
    if (name !== "BLOCK_IO_ERROR" || data["action"] !== "stop") return;
    fail(data["nospace"] === true ? hostDiskFull(order.scratch) : diskError(String(data["reason"] ?? name)));
  };
  // A connection that QEMU resets as it ends is no more than an end.
  for (const name of ["console", "status", "out", "err", "data"] as const) {
    qemu.socket(name).on("error", () => {});
  }
  qemu.socket("console").on("data", (bytes: Buffer) => {
    consoleText = (consoleText + bytes.toString("latin1")).slice(-keptConsole);
  });
  void eachLine(qemu.socket("status"), onStatus);
  const monitor = Monitor.open(qemu.socket("monitor"), onEvent).catch(() => undefined);
  const guest: Guest = {
    port: name => qemu.socket(name),
    stop() {
      isDone = true;
      qemu.kill();
    },
  };
  try {
    const reading = settled(use.read(guest));
    const first = await Promise.race([reading, qemu.end]);
    if ("error" in first) {
      await Promise.race([qemu.end, sleep(endingMs)]);
      if (!failure) qemu.kill();
    }
    const end = await qemu.end;
    const result = await reading;
    if (failure) throw failure.error;
    // Why the guest ended says more than that its words break off; but when we ended it, it was for the words.
    const byUs = "error" in result && end.signal === "SIGKILL";
    if (!isDone && !byUs) {
      const why = guestFailure(end, consoleText, isUp);
      throw !isUp && crashes.has(end.signal ?? "") ? new EarlyCrash(why) : why;
    }
    if ("error" in result) throw result.error;
    return result.value;
  } finally {
    signal.removeEventListener("abort", onAbort);
    watchdog.stop();
    qemu.kill();
    await qemu.end.catch(() => {});
    (await monitor)?.close();
  }
}

async function settled<T>(work: Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> {
  try {
    return { value: await work };
  } catch (error) {
    return { error };
  }
}
