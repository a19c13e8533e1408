import { describe, expect, it } from "vitest";
import { isModuleIndex } from "../../../src/core/stages/kernel/moduleIndexes.ts";
import { placeInModules } from "../../../src/core/stages/kernel/modulePlace.ts";

describe("placeInModules", () => {
  it.each([
    ["./lib/modules/6.1/kernel/fs/ext4.ko", "6.1", "kernel/fs/ext4.ko"],
    ["usr/lib/modules/6.1/modules.order", "6.1", "modules.order"],
    ["build/out/lib/modules/6.1/extra/a.ko", "6.1", "extra/a.ko"],
    ["6.1/kernel/a.ko", "6.1", "kernel/a.ko"],
    ["6.1/mine/a.ko", "6.1", "mine/a.ko"],
    ["./kernel/fs/ext4.ko", undefined, "kernel/fs/ext4.ko"],
    ["modules.builtin", undefined, "modules.builtin"],
  ])("places %s", (member, release, name) => {
    expect(placeInModules(member, "6.1")).toEqual({ release, name });
  });

  it.each(["etc/passwd", "boot/vmlinuz-6.1", "lib/modules/6.1", "README", "lib/firmware/a.bin"])(
    "leaves %s out",
    member => expect(placeInModules(member, "6.1")).toBeUndefined(),
  );
});

describe("isModuleIndex", () => {
  it("holds for what depmod writes and for nothing that it reads", () => {
    const at = (name: string) => isModuleIndex(`lib/modules/6.1/${name}`);
    expect(["modules.dep", "modules.alias.bin", "modules.builtin.bin", "modules.softdep"].every(at)).toBe(
      true,
    );
    expect(
      ["modules.order", "modules.builtin", "modules.builtin.modinfo", "kernel/modules.ko"].some(at),
    ).toBe(false);
  });
});
