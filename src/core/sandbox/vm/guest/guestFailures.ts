import { statfsSync } from "node:fs";
import { formatBytes } from "../../../../shared/bytes.ts";
import { Failure } from "../../../failure.ts";
import { qemuFailure } from "../../../machine/qemuFailure.ts";

/** How QEMU ended. */
export interface QemuEnd {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly stderr: string;
}

const panicLine = /Kernel panic - not syncing: ([^\r\n]*)/;
const bootLine = /(?:^|\n)whittle: ([^\r\n]*)/;
const report = "Report this with the lines above and the output of `whittle doctor`.";

/** Why a guest ended before it said that it was done. */
export function guestFailure(end: QemuEnd, consoleText: string, wasUp: boolean): Failure {
  const panic = panicLine.exec(consoleText)?.[1];
  if (
    panic !== undefined &&
    /deadlocked on memory|out of memory|no killable processes/i.test(panic + consoleText)
  ) {
    return outOfMemory(`the helper VM's kernel gave up: ${panic}`);
  }
  if (panic !== undefined) {
    return new Failure("vm-panic", `The helper VM's kernel panicked: ${panic}\n${lastLines(consoleText)}`, {
      advice:
        "Build again. If it stays so, run commands in namespaces instead (`whittle doctor` says how), or report it.",
    });
  }
  const broken = bootLine.exec(consoleText)?.[1];
  if (broken !== undefined) return guestBroken(broken);
  if (end.code !== 0 || end.signal !== undefined) {
    const failure = qemuFailure({ ...end, asked: false }, wasUp);
    return new Failure("vm-qemu-failed", `The helper VM ended: ${failure.message}`, {
      advice: adviceFor(end.stderr) ?? failure.advice,
    });
  }
  const said = lastLines(consoleText);
  return new Failure("vm-ended", `The helper VM switched off before it was done.${said ? `\n${said}` : ""}`, {
    advice: report,
  });
}

/** What the guest's own scripts could not do. */
export function guestBroken(what: string): Failure {
  return new Failure("vm-broken", `The helper VM cannot work: ${what}.`, { advice: report });
}

export function guestSilent(seconds: number, wasUp: boolean, consoleText: string): Failure {
  const when = wasUp ? `has said nothing for ${seconds} s` : `did not start within ${seconds} s`;
  const said = lastLines(consoleText);
  return new Failure("vm-silent", `The helper VM ${when} and was ended.${said ? `\n${said}` : ""}`, {
    advice:
      "This computer may be too busy to run it: build again with less beside it. Where /dev/kvm works the VM is ten times faster; `whittle doctor` says why it does not.",
  });
}

export function outOfMemory(how: string): Failure {
  return new Failure("vm-memory", `The helper VM ran out of memory: ${how}.`, {
    advice:
      "Close other programs (the VM gets half of the free memory, 2 GiB at most), or run fewer jobs at once in it.",
  });
}

/** The file system of the host that holds `path` is full. */
export function hostDiskFull(path: string): Failure {
  const { bavail, bsize } = statfsSync(path);
  return new Failure(
    "disk-full",
    `The file system that holds ${path} (${formatBytes(bavail * bsize)} free) is full: the helper VM could not write to its disk.`,
    { advice: "Free some space there, or shrink the cache with: whittle cache prune --max 5G" },
  );
}

/** A disk of a guest could be neither read nor written, for another reason than space. */
export function diskError(reason: string): Failure {
  return new Failure("vm-disk-error", `A disk of the helper VM failed: ${reason}.`, {
    advice: "Look at the host's disk (`dmesg`), then build again.",
  });
}

function adviceFor(stderr: string): string | undefined {
  if (/cannot set up guest memory|Cannot allocate memory/.test(stderr)) {
    return "This computer has too little free memory for the helper VM: close other programs.";
  }
  if (/Failed to get .*lock/.test(stderr)) {
    return "Another program uses the disk image: end it (a running virtual machine, perhaps), or take a copy.";
  }
  return undefined;
}

function lastLines(text: string): string {
  const lines = text
    .replaceAll("\r", "")
    .split("\n")
    .filter(line => line.trim() !== "");
  return lines.slice(-12).join("\n");
}
