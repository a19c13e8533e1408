import type { ReadStream, WriteStream } from "node:tty";
import type { Machine } from "../../core/machine/machine.ts";
import { rawMode } from "./rawMode.ts";

/** Ctrl-] as a terminal sends it. */
export const leaveKey = 0x1d;

export interface AttachOptions {
  readonly stdin: NodeJS.ReadStream | ReadStream;
  readonly stdout: NodeJS.WriteStream | WriteStream;
  /** Aborting restores the terminal and rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/**
 * Gives the person's terminal to the machine's console: every key goes to the guest, but Ctrl-] leaves. Without a
 * terminal on stdin, its bytes are typed, and their end changes nothing. The terminal is restored however it ends.
 *
 * A serial line cannot tell the guest that a window changed its size; programs that ask the terminal (systemd, `resize`)
 * get the truth, because while this terminal is attached it answers by itself. So after a resize: `resize` in the guest.
 * @returns `left`: the person pressed Ctrl-]; `ended`: the machine did. It is not stopped here.
 */
export async function attachTerminal(
  machine: Pick<Machine, "console" | "ended">,
  { stdin, stdout, signal }: AttachOptions,
): Promise<"left" | "ended"> {
  signal.throwIfAborted();
  const { console } = machine;
  const isTerminal = stdin.isTTY === true;
  const terminal = rawMode(stdin, stdout);
  const endings: (() => void)[] = [];
  try {
    const show = shower(stdout, console, endings);
    show(console.history().bytes);
    endings.push(console.onData(show));
    if (isTerminal) endings.push(console.attachTerminal());
    return await new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      endings.push(() => signal.removeEventListener("abort", abort));
      endings.push(typist(stdin, console, isTerminal, () => resolve("left")));
      void machine.ended.then(() => resolve("ended"));
    });
  } finally {
    for (const end of endings.reverse()) end();
    terminal.restore();
  }
}

/** Writes to stdout; while stdout is full, the console is paused, and with it the guest. */
function shower(
  stdout: NodeJS.WriteStream,
  console: Machine["console"],
  endings: (() => void)[],
): (bytes: Uint8Array) => void {
  let full = false;
  const drained = (): void => {
    if (full) console.resume();
    full = false;
  };
  stdout.on("drain", drained);
  endings.push(() => {
    stdout.off("drain", drained);
    drained();
  });
  return bytes => {
    if (bytes.length === 0 || stdout.write(bytes) || full) return;
    full = true;
    console.pause();
  };
}

/** Types what comes from stdin; while the guest does not take it, stdin is not read. */
function typist(
  stdin: NodeJS.ReadStream,
  console: Machine["console"],
  isTerminal: boolean,
  leave: () => void,
): () => void {
  const onData = (chunk: Buffer): void => {
    const at = isTerminal ? chunk.indexOf(leaveKey) : -1;
    const keys = at < 0 ? chunk : chunk.subarray(0, at);
    stdin.pause();
    // A machine that ended takes nothing more, and says so by itself.
    const typed = keys.length === 0 ? Promise.resolve() : console.write(keys).catch(() => undefined);
    void typed.then(() => (at < 0 ? stdin.resume() : leave()));
  };
  stdin.on("data", onData);
  stdin.resume();
  return () => {
    stdin.off("data", onData);
    stdin.pause();
  };
}
