import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Arch, Host } from "../host/host.ts";
import { toolCommand, toolEnvironment } from "../host/runTool.ts";
import { armCode, bootSector, proofText } from "./acceleratorGuest.ts";

const withinMs = 2000;

/** Why a test guest was not seen to run. */
export type ProofFailure = { readonly kind: "silent" } | { readonly kind: "refused"; readonly said: string };

/**
 * Runs a guest that counts for a moment and waits up to 2 s for what it then writes.
 * @returns undefined when it ran; the reason otherwise
 */
export async function proveAccelerator(
  host: Host,
  arch: Arch,
  accelerator: "kvm" | "hvf" | "tcg",
  signal: AbortSignal,
): Promise<ProofFailure | undefined> {
  signal.throwIfAborted();
  const folder = await mkdtemp(join(tmpdir(), "whittle-proof-"));
  try {
    const guest = join(folder, "guest");
    await writeFile(guest, arch === "x86_64" ? bootSector() : armCode());
    return await run(host, arch, machineArgs(arch, guest, accelerator), signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// With the processor that machines will have: some hosts run only lesser ones.
function machineArgs(arch: Arch, guest: string, accelerator: string): string[] {
  const common = ["-nodefaults", "-no-user-config", "-display", "none", "-m", "32", "-serial", "stdio"];
  const drive = `if=ide,format=raw,file=${guest.replaceAll(",", ",,")}`;
  const own =
    arch === "x86_64" ? ["-machine", "pc", "-drive", drive] : ["-machine", "virt", "-kernel", guest];
  return [...common, "-accel", accelerator, "-cpu", accelerator === "tcg" ? "max" : "host", ...own];
}

function run(host: Host, arch: Arch, args: string[], signal: AbortSignal): Promise<ProofFailure | undefined> {
  const { file, args: all } = toolCommand(host, `qemu-system-${arch}`, args);
  const qemu = spawn(file, all, { stdio: ["ignore", "pipe", "pipe"], env: toolEnvironment(host) });
  return new Promise((resolve, reject) => {
    let said = "";
    let stderr = "";
    let result: (() => void) | undefined;
    const settle = (outcome: () => void): void => {
      result ??= outcome;
      qemu.kill("SIGKILL");
    };
    const late = setTimeout(() => settle(() => resolve({ kind: "silent" })), withinMs);
    const abort = (): void => settle(() => reject(signal.reason));
    signal.addEventListener("abort", abort, { once: true });
    qemu.stdout.setEncoding("latin1").on("data", (text: string) => {
      said = (said + text).slice(-4096);
      if (said.includes(proofText)) settle(() => resolve(undefined));
    });
    qemu.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-4096);
    });
    qemu.once("error", reject);
    qemu.once("close", () => {
      clearTimeout(late);
      signal.removeEventListener("abort", abort);
      if (result) result();
      else resolve({ kind: "refused", said: stderr.trim() });
    });
  });
}
