import { describe, expect, it } from "vitest";
import { crc32c } from "../../../src/core/outputs/erofs/crc32c.ts";
import { packDevice } from "../../../src/core/outputs/erofs/layout.ts";
import { encodeXattrs, xattrBytes, xattrUnits } from "../../../src/core/outputs/erofs/xattrs.ts";
import { file } from "./trees.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("what erofs holds", () => {
  it("has the checksum that its kernel driver checks", () => {
    // The usual check value of CRC-32C, without the turn of all bits at the end.
    expect(crc32c(Buffer.from("123456789"))).toBe((~0xe3069283 >>> 0) as number);
  });

  it("packs devices as Linux does", () => {
    expect(packDevice(5, 1)).toBe(0x501);
    expect(packDevice(259, 70_000)).toBe(0x1111_0370);
    expect(packDevice(0xfff, 0xfffff)).toBe(0xffff_ffff);
  });

  it("has attributes by the number of their name's beginning, each filled up to four bytes", () => {
    const entry = file("a", 1, { xattrs: { "user.note": base64("hi"), "security.x": base64("abc") } });
    const bytes = encodeXattrs(entry, 4);
    expect(bytes.subarray(0, 12)).toEqual(Buffer.alloc(12));
    expect(bytes.subarray(12).toString("latin1")).toBe("\x01\x06\x03\0xabc\x04\x01\x02\0notehi\0\0");
    expect(xattrBytes(xattrUnits(bytes))).toBe(bytes.length);
    expect(encodeXattrs(entry, 64)).toHaveLength(64);
    expect(encodeXattrs(file("a"), 32)).toHaveLength(0);
    expect(xattrUnits(Buffer.alloc(0))).toBe(0);
  });

  it.each([
    [{ "btrfs.x": "" }, "btrfs.x"],
    [{ [`user.${"x".repeat(256)}`]: "" }, "too long"],
    [{ "user.x": Buffer.alloc(65_536).toString("base64") }, "too long"],
  ])("refuses other attributes, with the name of the file", (xattrs, why) => {
    expect(() => encodeXattrs(file("etc/a", 1, { xattrs }), 4)).toThrow(why);
    expect(() => encodeXattrs(file("etc/a", 1, { xattrs }), 4)).toThrow("/etc/a");
  });
});
