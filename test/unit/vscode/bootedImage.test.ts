import { expect, test } from "vitest";
import type { MachineSpec } from "../../../src/core/machine/machine.ts";
import type { BootMedia } from "../../../src/core/outputs/output.ts";
import { choiceOf, startedFrom } from "../../../src/vscode/machines/bootedImage.ts";
import { recipeWith, stateOf } from "./states.ts";

const specOf = (media: Partial<BootMedia>, arch: MachineSpec["arch"] = "x86_64") =>
  ({ arch, media: { drives: [], cmdline: [], ...media } }) as unknown as MachineSpec;
const drive = (path: string) => ({ drives: [{ path, format: "raw" } as const] });

test("a machine says in a few words what it was started from", () => {
  expect(startedFrom(specOf({ ...drive("/o/a.iso"), firmware: "uefi" }))).toBe("iso by UEFI");
  expect(startedFrom(specOf(drive("/o/a.qcow2")))).toBe("qcow2 by BIOS");
  expect(startedFrom(specOf(drive("/o/a.iso"), "aarch64"))).toBe("iso by UEFI");
  expect(startedFrom(specOf({ kernel: "/o/a.efi", firmware: "uefi" }))).toBe("efi by UEFI");
  expect(startedFrom(specOf({ kernel: "/o/vmlinuz", initrd: "/o/a.cpio" }))).toBe("kernel");
  expect(startedFrom(specOf({ kernel: "/o/vmlinuz", ...drive("/o/a.raw") }))).toBe("raw with kernel");
});

test("an ended machine is booted again as it was: same output, same firmware", () => {
  const file = (name: string, kind: string, path: string) => ({ name, kind, path, bytes: 1, sha256: "" });
  const outputs = [
    file("initramfs", "kernel", "/o/vmlinuz"),
    file("initramfs", "initramfs", "/o/a.cpio"),
    file("small", "kernel", "/o/vmlinuz"),
    file("small", "initramfs", "/o/small.cpio"),
    file("iso", "iso", "/o/a.iso"),
    file("uki", "uki", "/o/a.efi"),
  ];
  const lastBuild = { report: { outputs } } as never;
  const recipe = stateOf(recipeWith("/w/x.whittle.yaml"), { lastBuild });
  const choice = (media: Partial<BootMedia>) => choiceOf({ spec: specOf(media) }, recipe);
  expect(choice({ ...drive("/o/a.iso"), firmware: "uefi" })).toEqual({ output: "iso", firmware: "uefi" });
  expect(choice({ kernel: "/o/a.efi", firmware: "uefi" })).toEqual({ output: "uki", firmware: undefined });
  // One kernel for two outputs: the initrd tells them apart.
  expect(choice({ kernel: "/o/vmlinuz", initrd: "/o/small.cpio" })).toMatchObject({ output: "small" });
  expect(choice(drive("/elsewhere/a.iso"))).toBeUndefined();
});
