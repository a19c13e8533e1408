import type { Arch } from "../host/host.ts";

/** What outputs tell a kernel that the recipe tells nothing: the last console is the one that init writes to. */
export const usualCmdlines: Readonly<Record<Arch, string>> = {
  x86_64: "console=tty0 console=ttyS0",
  aarch64: "console=tty0 console=ttyAMA0",
};

/** The recipe's words, or the usual ones, then those that the output needs. */
export function wholeCmdline(given: string | undefined, arch: Arch, needed: readonly string[]): string {
  return [given ?? usualCmdlines[arch], ...needed].filter(Boolean).join(" ");
}
