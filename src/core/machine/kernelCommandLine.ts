import type { MachineSpec } from "./machine.ts";

// What Linux calls the first serial line of the machines that Whittle starts.
const serialLine = { x86_64: "ttyS0", aarch64: "ttyAMA0" } as const;

// Linux counts ticks at boot and panics when its timer seems dead. An emulator that gets no time from a busy computer
// delivers them late, so the count says nothing there. Linux knows that of KVM and other hypervisors, not of QEMU's.
const emulated = "no_timer_check";

/**
 * The words of the output, then those of `boot.cmdline`. A kernel that would talk to no console gets the serial line;
 * on aarch64 `ttyS0` counts as none, because that machine has no such line.
 */
export function kernelCommandLine(
  { arch, media, cmdline }: Pick<MachineSpec, "arch" | "media" | "cmdline">,
  accelerator?: string,
): string {
  const given = [...media.cmdline, cmdline].join(" ").split(/\s+/).filter(Boolean);
  const untimed = accelerator === "tcg" && arch === "x86_64" && !given.includes(emulated);
  // Before `--`, behind which words are the init's.
  const words = untimed ? [emulated, ...given] : given;
  const consoles = words.filter(word => word.startsWith("console="));
  const heard = consoles.some(word => arch === "x86_64" || !word.startsWith("console=ttyS0"));
  return [...words, ...(heard ? [] : [`console=${serialLine[arch]}`])].join(" ");
}
