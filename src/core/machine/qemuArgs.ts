import type { Arch } from "../host/host.ts";
import type { BootDrive } from "../outputs/output.ts";
import type { Firmware } from "./firmware/findFirmware.ts";
import { kernelCommandLine } from "./kernelCommandLine.ts";
import type { MachineSpec } from "./machine.ts";
import type { RuntimePaths } from "./runtimeFolder.ts";

export interface QemuSetup {
  readonly accelerator: "kvm" | "tcg" | "hvf";
  /** Whether this QEMU was built with seccomp. */
  readonly sandbox: boolean;
  /** Of UEFI; without one QEMU brings its own BIOS. */
  readonly firmware?: Firmware | undefined;
  readonly paths: Pick<RuntimePaths, "monitor" | "uart">;
}

/** QEMU's own jail: it starts no program, gains no rights, changes no limits. */
export const sandboxOption = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";

/** The command line of QEMU for a machine; it starts stopped, so that no byte of the console is missed. */
export function qemuArgs(spec: MachineSpec, { accelerator, sandbox, firmware, paths }: QemuSetup): string[] {
  return [
    ...["-nodefaults", "-no-user-config", "-S"],
    ...["-name", `guest=${escaped(spec.name)}`],
    ...["-display", "none"],
    ...["-machine", spec.arch === "x86_64" ? "q35" : "virt"],
    ...["-accel", accelerator],
    ...["-cpu", accelerator === "tcg" ? "max" : "host"],
    ...["-smp", String(spec.cpus)],
    ...["-m", `size=${spec.memory}M`],
    ...(sandbox ? ["-sandbox", sandboxOption] : []),
    ...["-chardev", `socket,id=monitor,path=${escaped(paths.monitor)},server=on,wait=off`],
    ...["-mon", "chardev=monitor,mode=control"],
    ...["-chardev", `socket,id=serial,path=${escaped(paths.uart)}`],
    ...["-serial", "chardev:serial"],
    ...["-object", "rng-random,id=rng,filename=/dev/urandom"],
    ...["-device", "virtio-rng-pci,rng=rng"],
    ...["-device", spec.arch === "x86_64" ? "VGA" : "virtio-gpu-pci"],
    ...(firmware ? flash(firmware) : []),
    ...spec.media.drives.flatMap((each, index) => drive(each, index, spec.arch)),
    ...network(spec),
    ...kernel(spec, accelerator),
  ];
}

// A boot never changes the image: what the guest writes goes into a nameless temporary file. When that file's disk
// is full the guest gets to know; by default QEMU would stop it without a word.
function drive({ path, format, as = "disk" }: BootDrive, index: number, arch: Arch): string[] {
  const file = `if=none,id=disk${index},file=${escaped(path)},format=${format}`;
  const device = `drive=disk${index},bootindex=${index + 1}`;
  switch (as) {
    case "cdrom":
      return ["-drive", `${file},media=cdrom,readonly=on`, ...cdDrive(device, index, arch)];
    case "usb":
      return [
        ...["-device", `qemu-xhci,id=usb${index}`],
        ...["-drive", `${file},snapshot=on`],
        ...["-device", `usb-storage,bus=usb${index}.0,removable=on,${device}`],
      ];
    case "disk":
      return [
        ...["-drive", `${file},snapshot=on`],
        ...["-device", `virtio-blk-pci,${device},werror=report,rerror=report`],
      ];
  }
}

// The machine virt has no IDE.
function cdDrive(device: string, index: number, arch: Arch): string[] {
  if (arch === "x86_64") return ["-device", `ide-cd,${device}`];
  const bus = `scsi${index}`;
  return ["-device", `virtio-scsi-pci,id=${bus}`, "-device", `scsi-cd,bus=${bus}.0,${device}`];
}

function flash({ code, variables, format = "raw" }: Firmware): string[] {
  return [
    ...["-drive", `if=pflash,unit=0,format=${format},readonly=on,file=${escaped(code)}`],
    ...["-drive", `if=pflash,unit=1,format=${format},snapshot=on,file=${escaped(variables)}`],
  ];
}

// Without a ROM the firmware does not try to boot from the network.
function network({ network, forward }: MachineSpec): string[] {
  if (network === "none") return [];
  const forwards = forward.map(each => {
    const [host = "", guest = ""] = each.split(":");
    return `,hostfwd=tcp:127.0.0.1:${host}-:${guest}`;
  });
  return ["-netdev", `user,id=net${forwards.join("")}`, "-device", "virtio-net-pci,netdev=net,romfile="];
}

function kernel(spec: MachineSpec, accelerator: QemuSetup["accelerator"]): string[] {
  const { kernel, initrd } = spec.media;
  if (kernel === undefined) return [];
  const rest = initrd === undefined ? [] : ["-initrd", initrd];
  // An EFI program with a system inside brings its own command line, which words given here would take the place of.
  const isWhole = initrd === undefined && spec.media.cmdline.length === 0;
  if (spec.media.firmware === "uefi" && isWhole) return ["-kernel", kernel, ...rest];
  return ["-kernel", kernel, ...rest, "-append", kernelCommandLine(spec, accelerator)];
}

// QEMU's option lists end a value at a comma; a double one stands for itself.
function escaped(value: string): string {
  return value.replaceAll(",", ",,");
}
