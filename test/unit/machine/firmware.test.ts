import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { firmwareDescriptors } from "../../../src/core/machine/firmware/descriptors.ts";
import { findFirmware } from "../../../src/core/machine/firmware/findFirmware.ts";

let folder: string;
let env: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-test-"));
  env = { XDG_CONFIG_HOME: folder };
  mkdirSync(join(folder, "qemu", "firmware"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function describe(
  name: string,
  features: readonly string[] = [],
  machine = "pc-q35-*",
  { architecture = "x86_64", format = "raw" } = {},
): string {
  const [code, variables] = [join(folder, `${name}.code`), join(folder, `${name}.vars`)];
  for (const path of [code, variables]) writeFileSync(path, "");
  const descriptor = {
    "interface-types": ["uefi"],
    mapping: {
      device: "flash",
      executable: { filename: code, format },
      "nvram-template": { filename: variables, format },
    },
    targets: [{ architecture, machines: [machine] }],
    features,
  };
  writeFileSync(join(folder, "qemu", "firmware", `${name}.json`), JSON.stringify(descriptor));
  return code;
}

test("the first descriptor that fits the machine and asks for no keys counts", async () => {
  describe("00-secure", ["secure-boot", "requires-smm"]);
  describe("01-enrolled", ["enrolled-keys"]);
  describe("02-old", [], "pc-i440fx-*");
  const code = describe("03-plain");
  describe("04-later");
  expect((await findFirmware({ env }, "x86_64")).code).toBe(code);
});

test("a descriptor whose file is gone is passed over, one that is no JSON as well", async () => {
  rmSync(describe("00-gone"));
  writeFileSync(join(folder, "qemu", "firmware", "01-broken.json"), "{");
  const code = describe("02-plain");
  expect((await findFirmware({ env }, "x86_64")).code).toBe(code);
});

test("an empty file of the user's hides a package's descriptor", async () => {
  const names = async () => (await firmwareDescriptors(env)).length;
  const before = await names();
  for (const name of [
    "40-edk2-x86_64-secure-enrolled.json",
    "50-edk2-x86_64-secure.json",
    "60-edk2-x86_64.json",
  ])
    writeFileSync(join(folder, "qemu", "firmware", name), "");
  expect(await names()).toBeLessThanOrEqual(before);
  expect((await firmwareDescriptors(env)).filter(each => each.flash?.code.path.includes("OVMF"))).toEqual([]);
});

test("firmware for 32-bit machines is not taken for 64-bit ones, whatever machines it names", async () => {
  describe("00-ia32", [], "pc-q35-*", { architecture: "i386" });
  const code = describe("01-plain");
  expect((await findFirmware({ env }, "x86_64")).code).toBe(code);
  const arm = describe("02-arm", [], "virt-*", { architecture: "aarch64" });
  expect((await findFirmware({ env }, "aarch64")).code).toBe(arm);
});

test.each([
  ["pc-q35-*", true],
  ["pc-*", true],
  ["*", true],
  ["pc-q35-9.[0-2]", true],
  ["pc-q35-8.2", true],
  ["pc-q3?-*", true],
  ["q35", false],
  ["microvm", false],
  ["pc-i440fx-*", false],
  ["pc-q35.*", false],
])("a descriptor for %s fits QEMU's q35 machine: %j", async (machine, fits) => {
  const code = describe("00-one", [], machine);
  const other = describe("01-any");
  expect((await findFirmware({ env }, "x86_64")).code).toBe(fits ? code : other);
});

test("firmware in qcow2 files is used as such", async () => {
  const code = describe("00-fedora", [], "pc-q35-*", { format: "qcow2" });
  expect(await findFirmware({ env }, "x86_64")).toMatchObject({ code, format: "qcow2" });
});
