import { describe, expect, it } from "vitest";
import { elide } from "../../../webview/sizes/model/elide.ts";
import { formatCount, formatShare } from "../../../webview/sizes/model/share.ts";

describe("labels", () => {
  const measure = (text: string) => [...text].length * 7;

  it.each([
    ["busybox", 49, "busybox"],
    ["busybox", 48, "busyb…"],
    ["busybox", 28, "bus…"],
    ["busybox", 27, ""],
    ["a", 3, ""],
  ])("%j in %d pixels is %j", (text, width, expected) => {
    expect(elide(text, width, measure)).toBe(expected);
  });

  it("never cut a character in two", () => {
    expect(elide("😀😀😀😀😀😀", 30, measure)).toBe("😀😀😀…");
  });
});

describe("shares", () => {
  it.each([
    [0, 100, "0 %"],
    [0, 0, "0 %"],
    [1, 100_000, "<0.1 %"],
    [34, 1000, "3.4 %"],
    [99_999, 100_000, ">99.9 %"],
    [5, 5, "100 %"],
  ])("%d of %d is %s", (part, whole, expected) => {
    expect(formatShare(part, whole)).toBe(expected);
  });

  it("count in words", () => {
    expect([formatCount(1, "file"), formatCount(12_345, "file")]).toEqual(["1 file", "12,345 files"]);
  });
});
