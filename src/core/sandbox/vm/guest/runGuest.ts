import type { Socket } from "node:net";
import type { PortName } from "../helper/bootScript.ts";
import type { GuestOrder } from "./guestOrder.ts";
import { EarlyCrash, runGuestOnce } from "./runGuestOnce.ts";

/** A running guest, for whoever reads what it sends. */
export interface Guest {
  /** All that the guest writes to this port; ends with the guest. Somebody has to read each. */
  port(name: Exclude<PortName, "status">): Socket;
  /** Ends the guest now, as if it were done. */
  stop(): void;
}

export interface GuestUse<T> {
  /** A word that the guest's task said, with what stood behind it. */
  onStatus(word: string, rest: string): void;
  /** Reads the ports until they end. */
  read(guest: Guest): Promise<T>;
}

// Under emulation some versions (7.2 is one) crash now and then when one processor changes the map of devices while
// another uses it, which guests do only while they start; others have seen it too: systemd/systemd-centos-ci#707.
const mostStarts = 4;

/**
 * Runs a guest to its end: until its task is done and it has switched itself off.
 * @returns what `read` returned.
 * @throws the signal's reason within a moment of abort, QEMU gone by then; what `read` threw; Failure
 * `tool-missing`, `vm-panic`, `vm-silent`, `vm-memory`, `vm-broken`, `vm-ended`, `vm-qemu-failed`, `vm-disk-error`,
 * `disk-full`.
 */
export async function runGuest<T>(order: GuestOrder, use: GuestUse<T>): Promise<T> {
  for (let starts = 1; ; starts++) {
    try {
      return await runGuestOnce(order, use);
    } catch (error) {
      if (!(error instanceof EarlyCrash)) throw error;
      if (starts === mostStarts) throw error.failure;
      order.log?.("QEMU crashed while the helper VM started; starting it again");
    }
  }
}
