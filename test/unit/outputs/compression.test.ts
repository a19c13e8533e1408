import { describe, expect, it } from "vitest";
import { Failure } from "../../../src/core/failure.ts";
import { compressionOf } from "../../../src/core/outputs/compress/compression.ts";
import { compressorCommand } from "../../../src/core/outputs/compress/compressorCommand.ts";
import type { Place } from "../../../src/core/stages/stage.ts";

const place: Place = {
  baseDir: "/",
  arch: "x86_64",
  recipe: { name: "image", version: undefined },
  fail: (code, message) => new Failure(code, message),
};
const mib = 2 ** 20;

describe("compression", () => {
  it("has a level of its own for each method", () => {
    expect(compressionOf({}, "zstd", place)).toEqual({ method: "zstd", level: 12 });
    expect(compressionOf({ compress: "gzip" }, "zstd", place)).toEqual({ method: "gzip", level: 9 });
    expect(compressionOf({ compress: "xz", level: 0 }, "zstd", place)).toEqual({ method: "xz", level: 0 });
  });

  it.each([
    ["gzip", 0],
    ["gzip", 10],
    ["xz", 10],
    ["zstd", 0],
    ["none", 1],
  ] as const)("has no %s level %i", (compress, level) => {
    expect(() => compressionOf({ compress, level }, "zstd", place)).toThrow(Failure);
  });

  it("never lets the number of cores choose the form of an xz", () => {
    const args = (jobs: number) => compressorCommand({ method: "xz", level: 6 }, jobs, 100 * mib).args;
    expect(args(1)).toContain("-T2");
    expect(args(8)).toContain("-T8");
    expect(args(1).filter(word => !word.startsWith("-T"))).toEqual(
      args(8).filter(word => !word.startsWith("-T")),
    );
    expect(args(1)).toContain("--check=crc32");
  });

  it("asks for no larger dictionary than the content needs", () => {
    const dictionary = (bytes: number | undefined) =>
      /dict=(\d+)/.exec(compressorCommand({ method: "xz", level: 6 }, 2, bytes).args.join(" "))?.[1];
    expect(dictionary(undefined)).toBe(String(8 * mib));
    expect(dictionary(100 * mib)).toBe(String(8 * mib));
    expect(dictionary(300_000)).toBe(String(mib / 2));
    expect(dictionary(0)).toBe("4096");
  });
});
