import { expect, test } from "vitest";
import { bootChoices, bootWay } from "../../../src/core/build/bootChoices.ts";
import { item, lines, recipeWith } from "../vscode/states.ts";

const output = (kind: string, parameters: object = {}) => ({
  ...item(kind, lines("/w/x.whittle.yaml", 1, 1)),
  parameters,
});
const pc = { arch: "x86_64" } as const;
const arm = { arch: "aarch64" } as const;

test("a disk with loaders is started by the firmware it is made for, the preferred one first", () => {
  expect(bootWay(pc, output("disk", { firmware: "both" }))).toEqual({
    canBoot: true,
    firmware: ["bios", "uefi"],
  });
  expect(bootWay(pc, output("disk", { firmware: "uefi" }))).toEqual({ canBoot: true, firmware: ["uefi"] });
  expect(bootWay(pc, output("iso", { firmware: ["uefi"] }))).toEqual({ canBoot: true, firmware: ["uefi"] });
  expect(bootWay(pc, output("uki"))).toEqual({ canBoot: true, firmware: ["uefi"] });
  expect(bootWay(arm, output("iso"))).toEqual({ canBoot: true, firmware: ["uefi"] });
});

test("what QEMU loads the kernel for leaves no choice of firmware", () => {
  expect(bootWay(pc, output("initramfs"))).toEqual({ canBoot: true, firmware: [] });
  expect(bootWay(pc, output("disk"))).toEqual({ canBoot: true, firmware: [] });
});

test("what cannot be booted says why", () => {
  expect(bootWay(pc, output("tar"))).toEqual({ canBoot: false, why: "no machine starts from a tar." });
  expect(bootWay(pc, output("oci"))).toEqual({ canBoot: false, why: "no machine starts from an oci." });
});

test("the choices of a recipe are those of its outputs that boot", () => {
  const recipe = recipeWith("/w/x.whittle.yaml", { outputs: [output("tar"), output("iso"), output("uki")] });
  expect(bootChoices(recipe).map(each => [each.output.name, each.firmware])).toEqual([
    ["iso", ["bios", "uefi"]],
    ["uki", ["uefi"]],
  ]);
});
