import { expect, test } from "vitest";
import type { KernelModule, ModuleIndex } from "../../../src/core/kernel/moduleIndex.ts";
import { guestModules } from "../../../src/core/sandbox/vm/helper/guestModules.ts";

function kernel(
  modules: Readonly<Record<string, readonly string[]>>,
  builtin: readonly string[],
): ModuleIndex {
  const all = Object.entries(modules).map(([name, depends]): [string, KernelModule] => {
    return [name, { name, path: `lib/modules/6.1/${name}.ko`, depends }];
  });
  return {
    release: "6.1",
    modules: new Map(all),
    builtin: new Set(builtin),
    softdeps: new Map(),
    aliases: new Map(),
  };
}

const names = (modules: readonly KernelModule[]) => modules.map(each => each.name);

test("modules come after what they need, and once", () => {
  const index = kernel(
    {
      virtio: [],
      virtio_pci: ["virtio"],
      virtio_blk: ["virtio"],
      virtio_console: ["virtio"],
      virtio_net: ["virtio", "failover"],
      failover: [],
      btrfs: ["xor"],
      xor: [],
      overlay: [],
    },
    ["ext4"],
  );
  const found = guestModules(index);
  expect(names(found.boot)).toEqual(["virtio", "virtio_pci", "virtio_blk", "virtio_console", "overlay"]);
  expect(names(found.network)).toEqual(["failover", "virtio_net"]);
  expect(names(found.fileSystems)).toEqual(["xor", "btrfs"]);
});

test("a kernel without a driver that every guest needs is named", () => {
  const index = kernel({ virtio_pci: [], virtio_blk: [], overlay: [] }, ["ext4"]);
  expect(() => guestModules(index)).toThrow(
    expect.objectContaining({ code: "vm-kernel-unfit", message: expect.stringContaining("virtio_console") }),
  );
});
