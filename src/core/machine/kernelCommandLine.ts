import type { MachineSpec } from "./machine.ts";

// What Linux calls the first serial line of the machines that Whittle starts.
const serialLine = { x86_64: "ttyS0", aarch64: "ttyAMA0" } as const;

/**
 * The words of the output, then those of `boot.cmdline`. A kernel that would talk to no console gets the serial line;
 * on aarch64 `ttyS0` counts as none, because that machine has no such line.
 */
export function kernelCommandLine({
  arch,
  media,
  cmdline,
}: Pick<MachineSpec, "arch" | "media" | "cmdline">): string {
  const words = [...media.cmdline, cmdline].join(" ").split(/\s+/).filter(Boolean);
  const consoles = words.filter(word => word.startsWith("console="));
  const heard = consoles.some(word => arch === "x86_64" || !word.startsWith("console=ttyS0"));
  return [...words, ...(heard ? [] : [`console=${serialLine[arch]}`])].join(" ");
}
