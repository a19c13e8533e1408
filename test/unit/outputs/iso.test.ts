import { Value } from "@sinclair/typebox/value";
import { describe, expect, it } from "vitest";
import { mediumScript } from "../../../src/core/outputs/initrd/mediumScript.ts";
import { grubPlan, isolinuxConfig } from "../../../src/core/outputs/iso/bootConfigs.ts";
import { bootFirmware, isoFirmware } from "../../../src/core/outputs/iso/firmware.ts";
import { isoInputs } from "../../../src/core/outputs/iso/inputs.ts";
import { isoParameters } from "../../../src/core/outputs/iso/schema.ts";
import { volumeIdOf } from "../../../src/core/outputs/iso/volumeId.ts";
import { type IsoPlan, xorrisoScript } from "../../../src/core/outputs/iso/xorrisoScript.ts";
import { cdLoaderPackages } from "../../../src/core/outputs/loaders/loaderPackages.ts";
import type { Place } from "../../../src/core/stages/stage.ts";

const place: Place = {
  arch: "x86_64",
  baseDir: "/recipes",
  recipe: { name: "boots", version: undefined },
  fail: (code, _message, { at } = {}) => new Error(`${code} ${at?.join(".")}`) as never,
};

const boot = {
  kernel: "boot/vmlinuz",
  initrd: "boot/initrd",
  cmdline: 'console=ttyS0 note="it is"',
  label: "Boots (1.0)",
  timeout: 0,
  mark: "boot/0123.id",
};

describe("the names of volumes", () => {
  it.each([
    ["boots", "BOOTS"],
    ["my-small.system 2", "MY_SMALL_SYSTEM_2"],
    ["a".repeat(40), "A".repeat(32)],
    ["日本", "_"],
  ])("%s becomes %s", (name, volume) => {
    expect(volumeIdOf(name)).toBe(volume);
    expect(Value.Check(isoParameters, { volume_id: volume })).toBe(true);
  });

  it("refuses others", () => {
    for (const volume_id of ["", "boots", "A B", "A".repeat(33)])
      expect(Value.Check(isoParameters, { volume_id })).toBe(false);
  });
});

describe("what the loaders are told", () => {
  it("boots at once, on the serial line and the screen", () => {
    expect(isolinuxConfig(boot)).toContain("SERIAL 0 115200\nDEFAULT linux\nPROMPT 0\n");
    expect(isolinuxConfig(boot)).toContain('  APPEND console=ttyS0 note="it is"\n');
    expect(isolinuxConfig({ ...boot, cmdline: "" })).not.toContain("APPEND");
    const { modules, embedded, menu } = grubPlan(boot, "x86_64");
    expect(modules).not.toContain("normal");
    expect(menu).toBeUndefined();
    expect(embedded).toBe(
      "search.file /boot/0123.id root\nlinux /boot/vmlinuz console=ttyS0 'note=it is'\ninitrd /boot/initrd\nboot\n",
    );
  });

  it("waits in a menu", () => {
    expect(isolinuxConfig({ ...boot, timeout: 5 })).toContain("UI menu.c32\nMENU TITLE Boot\nTIMEOUT 50\n");
    const { modules, embedded, menu } = grubPlan({ ...boot, timeout: 5 }, "aarch64");
    expect(modules).toContain("normal");
    expect(modules).not.toContain("efi_gop");
    expect(embedded).toContain("set prefix=($root)/boot/grub\nnormal\n");
    expect(menu).toContain("set timeout=5\nmenuentry 'Boots (1.0)' {\n  linux /boot/vmlinuz ");
  });

  it("looks for its own medium among all disks", () => {
    const plan = {
      release: "6.1",
      modules: [],
      always: ["isofs", "loop"],
      asked: [],
      open: [],
      modular: [],
      closed: [],
      lacks: undefined,
    };
    const script = mediumScript({ mark: boot.mark, squashfs: "live/root.squashfs" }).text(plan);
    expect(script).toContain("\nload isofs loop\n");
    expect(script).toContain('[ -e "/medium/boot/0123.id" ]');
  });
});

describe("the commands for xorriso", () => {
  const plan: IsoPlan = {
    volumeId: "BOOTS",
    files: [{ path: "boot/a b\n\"'*", source: "/tmp/ä" }],
    attributes: [],
    images: [{ path: "boot/efi.img", firmware: "uefi", loadSize: 4, infoTable: false }],
    guid: "00000000-0000-4000-8000-000000000000",
    clock: 7,
  };

  it("carry any name on one line", () => {
    const lines = xorrisoScript(plan).split("\n");
    expect(lines).toContain(String.raw`-map "/tmp/\303\244" "/boot/a b\012\042\047\052"`);
    expect(lines).toContain("-alter_date_r b =7 / --");
  });

  it("give each file a place of its own, whatever its inode's number", () => {
    const files = ["a", "b", "c"].map(path => ({ path, source: `/${path}` }));
    const script = xorrisoScript({ ...plan, files });
    const weights = [...script.matchAll(/sort_weight (\d+)/g)].map(match => Number(match[1]));
    expect(weights).toEqual([...new Set(weights)].sort((one, other) => other - one));
    expect(weights).toHaveLength(3);
  });

  it("put the catalog where a folder is", () => {
    expect(xorrisoScript(plan)).toContain("cat_path=/boot/boot.cat\n");
    const [image] = plan.images;
    const atTop = { ...plan, images: image ? [{ ...image, path: "loader" }] : [] };
    expect(xorrisoScript(atTop)).toContain("cat_path=/boot.cat\n");
  });

  it("make a partition for UEFI, by isolinux's table where that is there", () => {
    expect(xorrisoScript(plan)).toContain("-boot_image any efi_boot_part=--efi-boot-image\n");
    const efi = { path: "boot/efi.img", source: "/tmp/efi" };
    const hybrid = xorrisoScript({ ...plan, files: [efi], diskSector: "/isohdpfx.bin" });
    // Behind the ISO's own: isohybrid's usual partition for UEFI lies within that.
    expect(hybrid).toContain("-append_partition 2 0xef /tmp/efi\n");
    const place = String.raw`--interval\072appended_partition_2\072all\072\072`;
    expect(hybrid).toContain(`-boot_image any "efi_path=${place}"\n`);
    expect(hybrid).not.toContain("-map /tmp/efi");
    expect(hybrid).not.toContain("efi_boot_part");
  });
});

describe("firmware", () => {
  it("is both for x86_64 and UEFI alone for aarch64", () => {
    expect(isoFirmware({}, place)).toEqual(["bios", "uefi"]);
    expect(isoFirmware({}, { ...place, arch: "aarch64" })).toEqual(["uefi"]);
    expect(() => isoFirmware({ firmware: ["uefi", "bios"] }, { ...place, arch: "aarch64" })).toThrow(
      "iso-firmware firmware.1",
    );
    expect(cdLoaderPackages(["bios", "uefi"], "x86_64")).toEqual([
      "isolinux",
      "syslinux-common",
      "grub-efi-amd64-bin",
    ]);
    expect(cdLoaderPackages(["uefi"], "aarch64")).toEqual(["grub-efi-arm64-bin"]);
  });

  it("boots as asked, else by BIOS", () => {
    expect(bootFirmware({}, undefined)).toBeUndefined();
    expect(bootFirmware({}, "uefi")).toBe("uefi");
    expect(bootFirmware({ firmware: ["uefi", "bios"] }, undefined)).toBe("bios");
    expect(bootFirmware({ firmware: ["uefi"] }, undefined)).toBe("uefi");
    expect(bootFirmware({ el_torito: { image: "x", platform: "uefi" } }, undefined)).toBe("uefi");
    expect(() => bootFirmware({ el_torito: { image: "x" } }, "uefi")).toThrow("made for bios");
  });
});

it("takes the files of this machine for inputs, each at its place", () => {
  const el_torito = [{ from_tree: "/boot/cdboot" }, { image: "efi.img", platform: "uefi" as const }];
  expect(isoInputs({ el_torito, archive: { file: "root.gz", as: "/a" } }, place)).toEqual([
    { path: "/recipes/efi.img", at: ["el_torito", 1, "image"] },
    { path: "/recipes/root.gz", at: ["archive", "file"] },
  ]);
  expect(isoInputs({}, place)).toEqual([]);
});
