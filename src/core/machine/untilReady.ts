import { Failure } from "../failure.ts";
import type { Machine, MachineState } from "./machine.ts";

const shownLines = 12;

/**
 * Waits for a machine to become ready; without a `ready` in its spec, to run.
 * @param tail the console's last lines, for the message
 * @returns seconds
 */
export function untilReady(
  machine: Pick<Machine, "spec" | "state" | "startedAt" | "onState" | "ended">,
  tail: () => string,
  { timeoutSeconds, signal }: { readonly timeoutSeconds: number; readonly signal: AbortSignal },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const look = (state: MachineState): void => {
      if (state.kind === "ready") settle(() => resolve(state.seconds));
      else if (state.kind === "running" && machine.spec.ready === undefined) {
        settle(() => resolve((Date.now() - machine.startedAt.getTime()) / 1000));
      } else if (state.kind === "stopped" || state.kind === "failed")
        settle(() => reject(endedFirst(machine, state, tail())));
    };
    const late = setTimeout(
      () => settle(() => reject(tooLate(machine, timeoutSeconds, tail()))),
      timeoutSeconds * 1000,
    );
    const abort = (): void => settle(() => reject(signal.reason));
    const stopListening = machine.onState(look);
    const settle = (result: () => void): void => {
      clearTimeout(late);
      stopListening();
      signal.removeEventListener("abort", abort);
      result();
    };
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    else look(machine.state);
  });
}

function endedFirst({ spec }: Pick<Machine, "spec">, state: MachineState, tail: string): Failure {
  if (state.kind === "failed") {
    return new Failure("machine-failed", withTail(state.message, state.tail), { advice: state.advice });
  }
  return new Failure("machine-ended", withTail(`${spec.name} was switched off before it was ready.`, tail), {
    advice:
      spec.ready === undefined
        ? undefined
        : `The console did not show what \`ready\` asks for: ${spec.ready}`,
  });
}

function tooLate({ spec }: Pick<Machine, "spec">, seconds: number, tail: string): Failure {
  const asked = spec.ready === undefined ? "" : ` (its console did not show ${spec.ready})`;
  const usual =
    "Look at the console's last lines; correct what is waited for (`ready`, or --until), or allow more time.";
  const silent =
    "The console stayed silent: perhaps the memory is too small for kernel and initramfs, the kernel has no driver for the serial line, or its command line sends the console elsewhere (console=).";
  return new Failure(
    "boot-timeout",
    withTail(`${spec.name} was not ready after ${seconds} s${asked}.`, tail),
    { advice: tail === "" ? silent : (loaderAdvice(tail) ?? usual) },
  );
}

/** What to do where the boot loader gave up and waits for somebody. */
function loaderAdvice(tail: string): string | undefined {
  if (/^error: out of memory/m.test(tail)) {
    return "The boot loader ran out of memory: raise `boot.memory` (or --memory). GRUB under UEFI needs several times the size of kernel and initramfs.";
  }
  return /^grub(?: rescue)?> ?$/m.test(tail)
    ? "GRUB found nothing to start and waits for commands. Its last lines say what it missed."
    : undefined;
}

function withTail(message: string, tail: string): string {
  const lines = tail.split("\n").slice(-shownLines);
  return tail === ""
    ? message
    : `${message} The console's last lines:\n${lines.map(line => `  ${line}`).join("\n")}`;
}
