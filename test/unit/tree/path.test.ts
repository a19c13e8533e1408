import { describe, expect, it } from "vitest";
import { comparePaths, rangeUnder, sortByPath } from "../../../src/core/tree/order.ts";
import { checkLinkTarget, normalizePath } from "../../../src/core/tree/path.ts";

const badPath = expect.objectContaining({ code: "bad-path" });

describe("normalizePath", () => {
  it.each([
    ["etc/passwd", "etc/passwd"],
    ["/etc/passwd", "etc/passwd"],
    ["./etc//./passwd/", "etc/passwd"],
    ["..a/b..", "..a/b.."],
    ["é/漢", "é/漢"],
    [" with spaces\n", " with spaces\n"],
  ])("takes %j as %j", (raw, path) => expect(normalizePath(raw)).toBe(path));

  it.each([
    ["", "root"],
    ["/", "root"],
    ["./.", "root"],
    ["a/../b", ".."],
    ["../a", ".."],
    ["a\0b", "NUL"],
  ])("refuses %j", (raw, why) => {
    expect(() => normalizePath(raw)).toThrow(badPath);
    expect(() => normalizePath(raw)).toThrow(why);
  });

  it("refuses half a character, which would come back from a tar as another name", () => {
    expect(() => normalizePath("a\ud800")).toThrow(badPath);
    expect(() => checkLinkTarget("a", "\udc00")).toThrow(badPath);
  });

  it("counts a name's length in bytes: 255 fit, 256 do not", () => {
    expect(normalizePath("é".repeat(127))).toHaveLength(127);
    expect(() => normalizePath("é".repeat(128))).toThrow("255 bytes");
  });

  it("refuses a path over 4096 bytes", () => {
    expect(normalizePath("abcdefg/".repeat(512))).toHaveLength(4095);
    expect(() => normalizePath("abcdefg/".repeat(513))).toThrow("4096 bytes");
  });
});

describe("order", () => {
  const paths = ["a/b", "\u{1f600}", "a", "\uffff", "a-b", "", "é", "z"];
  const asBytes = [...paths].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));

  it("is that of the UTF-8 bytes, beyond U+FFFF too", () => {
    expect([...paths].sort(comparePaths)).toEqual(asBytes);
    expect(sortByPath([...paths], path => path)).toEqual(asBytes);
  });

  it("finds exactly what lies under a folder", () => {
    const entries = ["a", "a-b", "a/b", "a/b/c", "a/z", "a0", "b"].map(path => ({ path }));
    expect(entries.slice(...rangeUnder(entries, "a")).map(each => each.path)).toEqual([
      "a/b",
      "a/b/c",
      "a/z",
    ]);
    expect(rangeUnder(entries, "b")).toEqual([7, 7]);
    expect(rangeUnder(entries, "")).toEqual([0, 7]);
  });
});
