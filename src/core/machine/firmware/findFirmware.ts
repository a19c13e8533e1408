import { existsSync } from "node:fs";
import { Failure } from "../../failure.ts";
import type { Arch, Host } from "../../host/host.ts";
import { type FirmwareDescriptor, firmwareDescriptors } from "./descriptors.ts";

/** Files of a UEFI firmware, absolute. */
export interface Firmware {
  readonly code: string;
  /** An empty store of variables; a machine writes to a copy that nobody keeps. */
  readonly variables: string;
}

// What QEMU calls the machines that Whittle starts, as descriptors match them.
const machines: Readonly<Record<Arch, string>> = { x86_64: "pc-q35-7.2", aarch64: "virt-7.2" };

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
  const described = (await firmwareDescriptors(host.env)).flatMap(each => fitting(each, arch));
  const found = [...described, ...usual[arch]].find(
    ({ code, variables }) => existsSync(code) && existsSync(variables),
  );
  if (found) return found;
  throw new Failure("firmware-missing", `There is no UEFI firmware for ${arch} machines on this computer.`, {
    advice: `Install it with: sudo apt-get install ${packages[arch]}`,
  });
}

function fitting({ interfaces, flash, targets, features }: FirmwareDescriptor, arch: Arch): Firmware[] {
  const fits = targets.some(
    ({ architecture, machines: patterns }) =>
      architecture === arch && patterns.some(pattern => matches(pattern, machines[arch])),
  );
  // SMM would slow every boot, and enrolled keys refuse what nobody has signed.
  const usable = !features.includes("requires-smm") && !features.includes("enrolled-keys");
  return fits && usable && flash && interfaces.includes("uefi")
    ? [{ code: flash.code, variables: flash.variables }]
    : [];
}

/** Patterns of descriptors know `*` alone. */
function matches(pattern: string, name: string): boolean {
  const [start = "", ...rest] = pattern.split("*");
  return rest.length === 0 ? name === pattern : name.startsWith(start) && name.endsWith(rest.at(-1) ?? "");
}
