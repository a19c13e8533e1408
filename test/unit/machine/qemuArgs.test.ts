import { expect, test } from "vitest";
import { kernelCommandLine } from "../../../src/core/machine/kernelCommandLine.ts";
import type { MachineSpec } from "../../../src/core/machine/machine.ts";
import { qemuArgs } from "../../../src/core/machine/qemuArgs.ts";

const paths = { monitor: "/run/m/qmp.sock", uart: "/run/m/uart.sock" };
const setup = { accelerator: "tcg", sandbox: true, paths } as const;
const spec: MachineSpec = {
  name: "boots",
  arch: "x86_64",
  media: { kernel: "/out/kernel", initrd: "/out/initrd", drives: [], cmdline: ["rdinit=/sbin/init"] },
  memory: 64,
  cpus: 2,
  cmdline: "quiet",
  network: "user",
  forward: ["2222:22", "8080:80"],
  ready: undefined,
  accelerator: "auto",
  logFile: "/out/console.log",
};

/** The value behind an option; fails the test when the option is not there. */
function option(args: readonly string[], name: string): string | undefined {
  expect(args).toContain(name);
  return args[args.indexOf(name) + 1];
}

test("the machine has what the spec asks for and nothing by default", () => {
  const args = qemuArgs(spec, setup);
  expect(args).toEqual(expect.arrayContaining(["-nodefaults", "-no-user-config", "-S"]));
  expect(option(args, "-machine")).toBe("q35");
  expect(option(args, "-m")).toBe("size=64M");
  expect(option(args, "-smp")).toBe("2");
  expect(option(args, "-display")).toBe("none");
  expect(option(args, "-kernel")).toBe("/out/kernel");
  expect(option(args, "-initrd")).toBe("/out/initrd");
  expect(option(args, "-append")).toBe("no_timer_check rdinit=/sbin/init quiet console=ttyS0");
});

test("forwarded ports are bound to this computer only", () => {
  expect(option(qemuArgs(spec, setup), "-netdev")).toBe(
    "user,id=net,hostfwd=tcp:127.0.0.1:2222-:22,hostfwd=tcp:127.0.0.1:8080-:80",
  );
  expect(qemuArgs({ ...spec, network: "none" }, setup)).not.toContain("-netdev");
});

test("the sandbox is on where QEMU has one", () => {
  expect(option(qemuArgs(spec, setup), "-sandbox")).toMatch(/^on,.*spawn=deny/);
  expect(qemuArgs(spec, { ...setup, sandbox: false })).not.toContain("-sandbox");
});

test("disks are never changed, and commas in paths do not end them", () => {
  const drives = [{ path: "/my,disk.img", format: "raw" as const }];
  const args = qemuArgs({ ...spec, media: { drives, cmdline: [] } }, setup);
  expect(option(args, "-drive")).toBe("if=none,id=disk0,file=/my,,disk.img,format=raw,snapshot=on");
  expect(args).not.toContain("-kernel");
  expect(args).not.toContain("-append");
});

test("a CD is read only, a stick is on USB, and a firmware lies in flash that nobody keeps", () => {
  const drives = [
    { path: "/a.iso", format: "raw" as const, as: "cdrom" as const },
    { path: "/b.img", format: "raw" as const, as: "usb" as const },
  ];
  const firmware = { code: "/fw/code", variables: "/fw/vars" };
  const text = qemuArgs({ ...spec, media: { drives, cmdline: [] } }, { ...setup, firmware }).join(" ");
  expect(text).toContain(
    "file=/a.iso,format=raw,media=cdrom,readonly=on -device ide-cd,drive=disk0,bootindex=1",
  );
  expect(text).toContain("-device usb-storage,bus=usb1.0,removable=on,drive=disk1,bootindex=2");
  expect(text).toContain("if=pflash,unit=0,format=raw,readonly=on,file=/fw/code");
  expect(text).toContain("if=pflash,unit=1,format=raw,snapshot=on,file=/fw/vars");
});

test("an EFI program keeps its own command line", () => {
  const media = { kernel: "/system.efi", drives: [], cmdline: [], firmware: "uefi" } as const;
  expect(qemuArgs({ ...spec, media }, setup)).not.toContain("-append");
  const kernel = { ...media, initrd: "/initrd", cmdline: ["root=/dev/vda"] };
  expect(option(qemuArgs({ ...spec, media: kernel }, setup), "-append")).toContain("root=/dev/vda");
});

test("the processor is the host's under KVM, all that QEMU can do under TCG", () => {
  expect(option(qemuArgs(spec, setup), "-cpu")).toBe("max");
  const args = qemuArgs(spec, { ...setup, accelerator: "kvm" });
  expect([option(args, "-accel"), option(args, "-cpu")]).toEqual(["kvm", "host"]);
});

test("only an emulated PC's kernel is kept from testing its timer, and told so once", () => {
  const words = (changes: Partial<MachineSpec>, accelerator: "kvm" | "tcg"): string =>
    option(qemuArgs({ ...spec, ...changes }, { ...setup, accelerator }), "-append") ?? "";
  expect(words({}, "kvm")).toBe("rdinit=/sbin/init quiet console=ttyS0");
  expect(words({ cmdline: "no_timer_check" }, "tcg").match(/no_timer_check/g)).toHaveLength(1);
  expect(words({ arch: "aarch64" }, "tcg")).not.toContain("no_timer_check");
});

test("a firmware may lie in qcow2 files", () => {
  const firmware = { code: "/fw/code", variables: "/fw/vars", format: "qcow2" } as const;
  const text = qemuArgs(spec, { ...setup, firmware }).join(" ");
  expect(text).toContain("if=pflash,unit=0,format=qcow2,readonly=on,file=/fw/code");
  expect(text).toContain("if=pflash,unit=1,format=qcow2,snapshot=on,file=/fw/vars");
});

test("aarch64 runs on QEMU's virt machine", () => {
  const args = qemuArgs({ ...spec, arch: "aarch64" }, setup);
  expect(option(args, "-machine")).toBe("virt");
  expect(option(args, "-append")).toBe("rdinit=/sbin/init quiet console=ttyAMA0");
});

test("a CD on QEMU's virt machine hangs at virtio, for want of IDE", () => {
  const drives = [{ path: "/a.iso", format: "raw" as const, as: "cdrom" as const }];
  const args = qemuArgs({ ...spec, arch: "aarch64", media: { ...spec.media, drives } }, setup);
  expect(args.join(" ")).toContain(
    "media=cdrom,readonly=on -device virtio-scsi-pci,id=scsi0 -device scsi-cd,bus=scsi0.0,drive=disk0,bootindex=1",
  );
});

test.each([
  ["x86_64", "console=tty0", "console=tty0"],
  ["x86_64", " quiet   console=ttyS0 ", "quiet console=ttyS0"],
  ["x86_64", "", "console=ttyS0"],
  ["aarch64", "console=ttyS0", "console=ttyS0 console=ttyAMA0"],
  ["aarch64", "console=hvc0", "console=hvc0"],
] as const)("on %s the words %j become %j", (arch, cmdline, expected) => {
  expect(kernelCommandLine({ arch, cmdline, media: { drives: [], cmdline: [] } })).toBe(expected);
});
