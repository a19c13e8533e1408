import { describe, expect, it } from "vitest";
import { isProgram, usualInit } from "../../../src/core/outputs/initramfs/initProgram.ts";
import { file, symlink, treeOf } from "./trees.ts";

const program = (path: string) => file(path, 1, { mode: 0o755 });

describe("what is started first", () => {
  it("is found behind links, absolute and relative", () => {
    const tree = treeOf([
      symlink("sbin", "usr/sbin"),
      symlink("usr/sbin/init", "/usr/lib/systemd"),
      program("usr/lib/systemd"),
    ]);
    expect(usualInit(tree)).toBe("/sbin/init");
  });

  it("is the first of the kernel's own list", () => {
    expect(usualInit(treeOf([program("bin/sh"), program("bin/init")]))).toBe("/bin/init");
    expect(usualInit(treeOf([program("bin/other")]))).toBeUndefined();
  });

  it("must be a file that may be executed", () => {
    const tree = treeOf([file("sbin/init"), symlink("etc/init", "gone"), program("bin/sh")]);
    expect(usualInit(tree)).toBe("/bin/sh");
    expect(isProgram(tree, "sbin/init")).toBe(false);
  });
});
