import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import type { FirmwareDescriptor } from "../../../../src/core/machine/firmware/descriptors.ts";
import { noFirmware } from "../../../../src/core/machine/firmware/findFirmware.ts";
import { efiKernel } from "../../../../src/core/outputs/uki/efiKernel.ts";

const described = (architecture: string): FirmwareDescriptor => ({
  interfaces: ["uefi"],
  flash: undefined,
  targets: [{ architecture, machines: ["pc-q35-*"] }],
  features: [],
});

it("says that firmware for 32-bit machines is no help", () => {
  expect(noFirmware([described("i386")], "x86_64").message).toContain("32-bit machines (IA32) alone");
  expect(noFirmware([described("x86_64")], "x86_64").message).toContain("no UEFI firmware for x86_64");
  expect(noFirmware([], "aarch64").message).toContain("no UEFI firmware for aarch64");
});

it("says that a kernel for 32-bit UEFI is none for 64-bit UEFI", () => {
  const image = Buffer.alloc(1024);
  image.write("MZ", "latin1");
  image.writeUInt32LE(0x80, 0x3c);
  image.write("PE\0\0", 0x80, "latin1");
  image.writeUInt16LE(0x14c, 0x84);
  expect(() => efiKernel(image, "x86_64")).toThrow(
    expect.objectContaining({ code: "kernel-without-efi", message: expect.stringContaining("ia32") }),
  );
});

it("says that a kernel whose gzip breaks off is no EFI program", () => {
  const whole = gzipSync(Buffer.alloc(100_000, "kernel"));
  expect(() => efiKernel(whole.subarray(0, 60), "aarch64")).toThrow(
    expect.objectContaining({ code: "kernel-without-efi" }),
  );
});
