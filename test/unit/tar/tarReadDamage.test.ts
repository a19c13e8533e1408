import { describe, expect, it } from "vitest";
import { Failure } from "../../../src/core/failure.ts";
import { flippedBits } from "./flipBits.ts";
import { readAll } from "./readAll.ts";
import { base256, block, pax, tarOf } from "./tarBytes.ts";

const good = block({ name: "good", body: "fine" });

describe("damaged archives", () => {
  it("names the last entry that was read whole", async () => {
    const bytes = Buffer.concat([good, block({ name: "cut", body: "x".repeat(2000) }).subarray(0, 1000)]);
    await expect(readAll(bytes)).rejects.toMatchObject({
      code: "archive-damaged",
      message: expect.stringContaining('last entry read whole is "good"'),
    });
  });

  it.each([
    ["is empty", Buffer.alloc(0)],
    ["has no mark at its end", good],
    ["ends in a header", Buffer.concat([good, good.subarray(0, 300)])],
    ["has an empty block in its middle", Buffer.concat([good, Buffer.alloc(512), good, Buffer.alloc(1024)])],
    ["ends after an extended header", tarOf(pax([["path", "x"]]))],
    ["has a wrong checksum", tarOf(good, Buffer.from(good).fill(0x41, 0, 1))],
    ["has a negative size", tarOf(block({ size: base256(-1n, 12) }))],
    ["has a size beyond all files", tarOf(block({ size: base256(1n << 80n, 12) }))],
    ["has letters for a number", tarOf(block({ patch: bytes => bytes.write("zzz", 108) }))],
    ["has an extended header of 1 GB", tarOf(block({ flag: "x", size: 1_000_000_000 }))],
    ["has a long name of 1 GB", tarOf(block({ flag: "L", size: 1_000_000_000 }))],
    ["has a record with a wrong length", tarOf(block({ flag: "x", body: "99 path=x\n" }), good)],
    ["has a record of length 0", tarOf(block({ flag: "x", body: "0 path=x\n" }), good)],
    ["has a record without =", tarOf(block({ flag: "x", body: "7 path\n" }), good)],
    ["has a size in words", tarOf(pax([["size", "many"]]), good)],
    ["has a negative size in an extended header", tarOf(pax([["size", "-4"]]), good)],
  ])("refuses an archive that %s", async (_, bytes) => {
    await expect(readAll(bytes)).rejects.toMatchObject({ code: "archive-damaged" });
  });

  it("accepts one empty block as the end, as some writers leave it", async () => {
    expect(await readAll(Buffer.concat([good, Buffer.alloc(512)]))).toHaveLength(1);
  });

  it("notices a cut at every length", async () => {
    const bytes = tarOf(
      pax([["path", "n".repeat(120)]]),
      block({ body: "x".repeat(700) }),
      block({ name: "dir/", flag: "5" }),
      block({ name: "last", body: "y" }),
    );
    for (let length = 0; length < bytes.length - 1024; length += 61) {
      await expect(readAll(bytes.subarray(0, length)), `${length} bytes`).rejects.toMatchObject({
        code: "archive-damaged",
      });
    }
  });

  it("reads, or reports as damaged, whatever a few flipped bits make of an archive", async () => {
    const bytes = tarOf(
      pax([
        ["path", "long/name"],
        ["SCHILY.xattr.user.a", "1"],
        ["mtime", "5.5"],
      ]),
      block({ body: "x".repeat(600) }),
      block({ name: "././@LongLink", flag: "L", body: "l".repeat(150), magic: "ustar  \0" }),
      block({ name: "cut", magic: "ustar  \0", body: "gnu" }),
      pax([
        ["GNU.sparse.major", "1"],
        ["GNU.sparse.minor", "0"],
        ["GNU.sparse.name", "sp"],
        ["GNU.sparse.realsize", "99"],
      ]),
      block({ body: Buffer.concat([Buffer.from("1\n5\n4\n".padEnd(512, "\0")), Buffer.from("data")]) }),
      block({ name: "h", flag: "1", link: "long/name" }),
    );
    let damaged = 0;
    for (const hurt of flippedBits(bytes, 2000, 20_260_101)) {
      const outcome = await readAll(hurt).catch((error: unknown) => error);
      if (Array.isArray(outcome)) continue;
      expect(outcome).toBeInstanceOf(Failure);
      expect((outcome as Failure).code).toBe("archive-damaged");
      damaged++;
    }
    expect(damaged).toBeGreaterThan(500);
  });
});
