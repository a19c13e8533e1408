import { sandboxOption } from "../../../machine/qemuArgs.ts";
import { type PortName, portNames } from "../helper/bootScript.ts";
import type { GuestDrive, GuestOrder } from "./guestOrder.ts";

/** File descriptors that QEMU gets from us, each a connected socket. */
export type GuestSocket = "console" | "monitor" | PortName;

/** In this order, from descriptor 3 on. */
export const guestSockets: readonly GuestSocket[] = ["console", "monitor", ...portNames];

export const firstSocket = 3;

export interface GuestSetup {
  readonly accelerator: "kvm" | "tcg" | "hvf";
  /** Whether this QEMU was built with seccomp. */
  readonly sandbox: boolean;
}

/** The command line of QEMU for a guest. It ends when the guest switches itself off, restarts or panics. */
export function guestArgs(order: GuestOrder, { accelerator, sandbox }: GuestSetup): string[] {
  const serial = order.arch === "x86_64" ? "ttyS0" : "ttyAMA0";
  return [
    ...["-nodefaults", "-no-user-config", "-no-reboot"],
    ...["-name", "guest=whittle-helper", "-display", "none"],
    ...["-machine", order.arch === "x86_64" ? "q35" : "virt"],
    ...["-accel", accelerator],
    ...["-cpu", accelerator === "tcg" ? "max" : "host"],
    ...["-smp", String(order.cpus), "-m", `size=${order.memory}M`],
    ...(sandbox ? ["-sandbox", sandboxOption] : []),
    ...guestSockets.flatMap((name, at) => ["-chardev", `socket,id=${name},fd=${firstSocket + at}`]),
    ...["-serial", "chardev:console", "-mon", "chardev=monitor,mode=control"],
    ...["-object", "rng-random,id=rng,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng"],
    ...["-device", "virtio-serial-pci"],
    ...portNames.flatMap(name => ["-device", `virtserialport,chardev=${name},name=${name}`]),
    ...order.drives.flatMap(drive),
    ...(order.network ? ["-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile="] : []),
    ...["-kernel", order.kernel, "-initrd", order.initramfs],
    ...["-append", `console=${serial} ${kernelWords}`],
  ];
}

// A panic ends QEMU (with -no-reboot). A guest runs one command of whoever started it: nothing has to be kept from
// it, and the time for proofs of the clock is better spent.
const kernelWords =
  "quiet panic=-1 oops=panic lsm= audit=0 mitigations=off nokaslr tsc=reliable no_timer_check";

// A full disk of the host stops the guest, and the monitor tells us; the guest could only guess. What is written
// need not reach the host's disk: the file goes with the guest.
function drive({ name, path, format, readOnly }: GuestDrive, index: number): string[] {
  const file = `file=${path.replaceAll(",", ",,")},format=${format}`;
  const mode = { no: "", discard: ",snapshot=on", yes: ",readonly=on" }[readOnly];
  return [
    ...["-drive", `if=none,id=disk${index},${file}${mode},cache=unsafe,discard=unmap`],
    ...["-device", `virtio-blk-pci,drive=disk${index},serial=${name},werror=stop,rerror=report`],
  ];
}
