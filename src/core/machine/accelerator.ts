import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { Failure } from "../failure.ts";
import type { Arch, Host } from "../host/host.ts";
import { type ProofFailure, proveAccelerator } from "./acceleratorProof.ts";
import type { MachineSpec } from "./machine.ts";
import { qemuMessage } from "./qemuFailure.ts";
import { programIdentity, remembered } from "./verdicts.ts";

export interface AcceleratorVerdict {
  readonly accelerator: "kvm" | "tcg" | "hvf";
  /** A sentence for people: why this one, and how to get a faster one. */
  readonly reason: string;
}

const device = "/dev/kvm";
/** Raised when the test guest changes: what an earlier one proved counts no longer. */
const proofVersion = 2;
const hour = 60 * 60 * 1000;

/**
 * Finds out how guests run fastest here. Hardware virtualisation counts only when a test guest was seen to run (2 s at
 * most). A yes holds until the computer restarts, QEMU or the rights on /dev/kvm change; a no for an hour.
 */
export async function probeAccelerator(
  host: Host,
  arch: Arch,
  signal: AbortSignal,
): Promise<AcceleratorVerdict> {
  const hardware = process.platform === "darwin" ? "hvf" : "kvm";
  if (arch !== host.arch) return tcg(`A ${host.arch} processor runs ${arch} guests in software only.`);
  const obstacle = hardware === "kvm" ? await kvmObstacle() : undefined;
  if (obstacle !== undefined) return tcg(obstacle);
  const qemu = host.tools.find(`qemu-system-${arch}`);
  if (qemu === undefined)
    return tcg(`qemu-system-${arch} is not installed, so ${hardware} could not be tried.`);
  const key = [proofVersion, await bootId(), await deviceIdentity(), await programIdentity(qemu)].join("\n");
  const lasts = (value: string): number => (value === "" ? Number.POSITIVE_INFINITY : hour);
  const problem = await remembered(host, `${hardware}-${arch}`, key, lasts, async () => {
    const failure = await proveAccelerator(host, arch, hardware, signal);
    return failure ? describe(failure, hardware) : "";
  });
  if (problem !== "") return tcg(problem);
  return { accelerator: hardware, reason: `A test guest ran under ${hardware}.` };
}

/**
 * The accelerator for a machine, as its spec wants it.
 * @throws Failure `kvm-unusable` when it insists on KVM and KVM does not work
 */
export async function chooseAccelerator(
  host: Host,
  spec: Pick<MachineSpec, "accelerator" | "arch">,
  signal: AbortSignal,
): Promise<AcceleratorVerdict["accelerator"]> {
  if (spec.accelerator === "tcg") return "tcg";
  const verdict = await probeAccelerator(host, spec.arch, signal);
  if (spec.accelerator === "kvm" && verdict.accelerator !== "kvm") {
    throw new Failure("kvm-unusable", `KVM was asked for but does not work here. ${verdict.reason}`, {
      advice: "Set the accelerator to auto, which runs the machine in software where KVM does not work.",
    });
  }
  return verdict.accelerator;
}

function tcg(reason: string): AcceleratorVerdict {
  return { accelerator: "tcg", reason };
}

async function kvmObstacle(): Promise<string | undefined> {
  try {
    await access(device, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return `${device} is missing: virtualisation is switched off in the firmware, the kernel's kvm module is not loaded, or this computer is itself a virtual machine without nested virtualisation.`;
    }
    return `This user may not open ${device}. Cure: sudo usermod -aG kvm "$USER", then log in again.`;
  }
}

async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "")).trim();
}

async function deviceIdentity(): Promise<string> {
  const found = await stat(device).catch(() => undefined);
  return found ? [found.ino, found.rdev, found.mode, found.uid, found.gid, process.getuid?.()].join(" ") : "";
}

function describe(failure: ProofFailure, hardware: string): string {
  if (failure.kind === "refused")
    return `QEMU could not run a test guest under ${hardware}: ${qemuMessage(failure.said)}`;
  return hardware === "kvm"
    ? `${device} opens, but a test guest that software emulation runs in half a second was not done after 2 s: KVM does not work in this virtual machine or container.`
    : `A test guest did not run within 2 s under ${hardware}.`;
}
