import { existsSync } from "node:fs";
import { Failure } from "../../failure.ts";
import type { Arch, Host } from "../../host/host.ts";
import { type FirmwareDescriptor, firmwareDescriptors } from "./descriptors.ts";

/** Files of a UEFI firmware, absolute. */
export interface Firmware {
  readonly code: string;
  /** An empty store of variables; a machine writes to a copy that nobody keeps. */
  readonly variables: string;
  /** Of both files. Default: `raw`. */
  readonly format?: "raw" | "qcow2";
}

// What QEMU calls the machines that Whittle starts, without the version that descriptors put behind it. Whittle's are
// of the newest version that QEMU has.
const machines: Readonly<Record<Arch, string>> = { x86_64: "pc-q35", aarch64: "virt" };

// Where distributions without descriptors keep it.
const usual: Readonly<Record<Arch, readonly Firmware[]>> = {
  x86_64: [
    { code: "/usr/share/OVMF/OVMF_CODE_4M.fd", variables: "/usr/share/OVMF/OVMF_VARS_4M.fd" },
    { code: "/usr/share/OVMF/OVMF_CODE.fd", variables: "/usr/share/OVMF/OVMF_VARS.fd" },
    { code: "/usr/share/edk2/x64/OVMF_CODE.4m.fd", variables: "/usr/share/edk2/x64/OVMF_VARS.4m.fd" },
    { code: "/usr/share/edk2/ovmf/OVMF_CODE.fd", variables: "/usr/share/edk2/ovmf/OVMF_VARS.fd" },
    { code: "/usr/share/qemu/edk2-x86_64-code.fd", variables: "/usr/share/qemu/edk2-i386-vars.fd" },
    {
      code: "/opt/homebrew/share/qemu/edk2-x86_64-code.fd",
      variables: "/opt/homebrew/share/qemu/edk2-i386-vars.fd",
    },
  ],
  aarch64: [
    { code: "/usr/share/AAVMF/AAVMF_CODE.fd", variables: "/usr/share/AAVMF/AAVMF_VARS.fd" },
    { code: "/usr/share/edk2/aarch64/QEMU_CODE.fd", variables: "/usr/share/edk2/aarch64/QEMU_VARS.fd" },
    { code: "/usr/share/qemu/edk2-aarch64-code.fd", variables: "/usr/share/qemu/edk2-arm-vars.fd" },
    {
      code: "/opt/homebrew/share/qemu/edk2-aarch64-code.fd",
      variables: "/opt/homebrew/share/qemu/edk2-arm-vars.fd",
    },
  ],
};

const packages: Readonly<Record<Arch, string>> = { x86_64: "ovmf", aarch64: "qemu-efi-aarch64" };

/**
 * The UEFI firmware for machines of `arch`: the first that a descriptor offers without Secure Boot enforced, else
 * where distributions usually keep one.
 * @throws Failure `firmware-missing`
 */
export async function findFirmware(host: Pick<Host, "env">, arch: Arch): Promise<Firmware> {
  const descriptors = await firmwareDescriptors(host.env);
  const described = descriptors.flatMap(each => fitting(each, arch));
  const found = [...described, ...usual[arch]].find(
    ({ code, variables }) => existsSync(code) && existsSync(variables),
  );
  if (found) return found;
  throw noFirmware(descriptors, arch);
}

/** The failure of a computer that has none of these descriptors' firmware for `arch`. */
export function noFirmware(descriptors: readonly FirmwareDescriptor[], arch: Arch): Failure {
  const message =
    arch === "x86_64" && descriptors.some(isOnlyIa32)
      ? "This computer has UEFI firmware for 32-bit machines (IA32) alone, which cannot start x86_64 images."
      : `There is no UEFI firmware for ${arch} machines on this computer.`;
  return new Failure("firmware-missing", message, {
    advice: `Install it with: sudo apt-get install ${packages[arch]}`,
  });
}

/** A UEFI that starts programs of 32 bits alone. */
function isOnlyIa32({ interfaces, targets }: FirmwareDescriptor): boolean {
  return interfaces.includes("uefi") && targets.every(({ architecture }) => architecture === "i386");
}

function fitting({ interfaces, flash, targets, features }: FirmwareDescriptor, arch: Arch): Firmware[] {
  const fits = targets.some(
    ({ architecture, machines: patterns }) =>
      architecture === arch && patterns.some(pattern => fitsMachine(pattern, machines[arch])),
  );
  // SMM would slow every boot, and enrolled keys refuse what nobody has signed.
  const usable = !features.includes("requires-smm") && !features.includes("enrolled-keys");
  if (!fits || !usable || !flash || !interfaces.includes("uefi")) return [];
  const { code, variables } = flash;
  // One kind for both, as every distribution has it, keeps a machine's record simple.
  if (code.format !== variables.format) return [];
  return [{ code: code.path, variables: variables.path, format: code.format }];
}

/** Whether a glob of a descriptor (`pc-q35-*`, `pc-*`, or one version) means some version of a machine. */
function fitsMachine(pattern: string, machine: string): boolean {
  if (pattern === machine || pattern.startsWith(`${machine}-`)) return true;
  const expression = pattern
    .split(/(\*|\?|\[[^\]]*\])/)
    .map(part => {
      if (part === "*") return ".*";
      if (part === "?") return ".";
      if (part.startsWith("[")) return part.replace(/^\[!/, "[^");
      return part.replaceAll(/[.+^${}()|\\\]]/g, "\\$&");
    })
    .join("");
  return new RegExp(`^${expression}$`).test(`${machine}-7.2`);
}
