import { describe, expect, test } from "vitest";
import { Failure } from "../../../src/core/failure.ts";
import { formatSize, parseMode, parseOwner, parseSize } from "../../../src/core/recipe/fields.ts";
import { formatBytes } from "../../../src/shared/bytes.ts";

describe("sizes", () => {
  test("are read as QEMU reads them: 14M is 14 MiB", () => {
    expect(parseSize("14M")).toBe(14 * 1024 * 1024);
    expect(parseSize("512k")).toBe(512 * 1024);
    expect(parseSize("1.5G")).toBe(1.5 * 2 ** 30);
    expect(parseSize("2T")).toBe(2 ** 41);
  });

  test.each(["14", "14MB", "0M", "-1M", "", "M", "1e3M", " 1M"])("%j is none", text => {
    expect(() => parseSize(text)).toThrow(Failure);
  });

  test("are written back in the largest unit that is exact", () => {
    expect(formatSize(14 * 2 ** 20)).toBe("14M");
    expect(formatSize(2 ** 31)).toBe("2G");
    expect(formatSize(1025)).toBe("2K");
    expect(formatSize(0)).toBe("1K");
  });

  test("are shown with the unit named", () => {
    expect([0, 1023, 1024, 14 * 2 ** 20, -3 * 2 ** 20, 2 ** 30].map(formatBytes)).toEqual([
      ...["0 B", "1023 B", "1.0 KiB", "14.0 MiB", "-3.0 MiB", "1.00 GiB"],
    ]);
  });
});

test("modes are octal, owners two numbers", () => {
  expect(parseMode("4755")).toBe(0o4755);
  expect(parseOwner("1000:5")).toEqual({ uid: 1000, gid: 5 });
});
