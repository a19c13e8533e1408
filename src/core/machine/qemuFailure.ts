import { Failure } from "../failure.ts";
import type { QemuExit } from "./guard/protocol.ts";

interface KnownProblem {
  readonly said: RegExp;
  readonly advice: string;
}

const known: readonly KnownProblem[] = [
  {
    said: /cannot set up guest memory|Cannot allocate memory|unable to map backing store/,
    advice: "This computer has too little free memory for it: lower `boot.memory`.",
  },
  {
    said: /initrd is too large|kernel is too large/,
    advice:
      "Kernel and initramfs do not fit into the machine's memory: raise `boot.memory` (or --memory) to several times their size.",
  },
  {
    said: /Could not set up host forwarding rule/,
    advice: "A port of `boot.forward` is in use: choose another, or end the program that has it.",
  },
  {
    said: /not in qcow2 format|Image is corrupt|is not a valid|Could not read (?:qcow2|image)|too small/i,
    advice: "The image is damaged or in another format: build it again.",
  },
  {
    said: /invalid kernel header|could not load kernel|could not load initrd|error reading/i,
    advice:
      "The kernel or the initramfs is no file that QEMU can boot: build it again, or name another kernel.",
  },
  {
    said: /No space left on device/,
    advice: "The disk is full: free some space (QEMU keeps its changes in /var/tmp).",
  },
  {
    said: /logfile|console\.log/,
    advice: "QEMU cannot write the console's log file: look at who may write there.",
  },
  {
    said: /sandbox|seccomp/i,
    advice: "QEMU's sandbox does not work here. Report this with the output of `whittle doctor`.",
  },
];

/** What QEMU said on stderr, without its name and its warnings. */
export function qemuMessage(stderr: string): string {
  return stderr
    .split("\n")
    .filter(line => line.trim() !== "" && !/: warning: /i.test(line))
    .map(line => line.replace(/^(?:\/\S*\/)?qemu-system-\w+: /, ""))
    .slice(-8)
    .join("\n");
}

/** Why QEMU did not start, or broke off. */
export function qemuFailure(exit: QemuExit, started: boolean): Failure {
  const said = qemuMessage(exit.stderr);
  const how = exit.signal === undefined ? `ended with exit code ${exit.code}` : `was ended by ${exit.signal}`;
  const what = started ? `QEMU ${how}` : `QEMU did not start (it ${how})`;
  const advice = known.find(each => each.said.test(said))?.advice;
  const killed =
    exit.signal === "SIGKILL" ? "Perhaps the system ran out of memory: `dmesg` tells." : undefined;
  const code = started ? "qemu-failed" : "qemu-start-failed";
  return new Failure(code, `${what}${said ? `: ${said}` : "."}`, { advice: advice ?? killed });
}
