import { describe, expect, it } from "vitest";
import { readAll } from "./readAll.ts";
import { block, pad, pax, tarOf } from "./tarBytes.ts";

function oldGnu(runs: readonly [number, number][], size: number, more = false) {
  return (bytes: Buffer): void => {
    writePairs(bytes, 386, runs);
    bytes[482] = more ? 1 : 0;
    bytes.write(size.toString(8).padStart(11, "0"), 483, "latin1");
  };
}

function writePairs(bytes: Buffer, start: number, runs: readonly [number, number][]): void {
  for (const [i, run] of runs.entries()) {
    for (const [j, number] of run.entries()) {
      bytes.write(number.toString(8).padStart(11, "0"), start + i * 24 + j * 12, "latin1");
    }
  }
}

const expected = { name: "sp", type: "file", size: 10_000, text: "abcdefg" };
const runs = [
  [512, 3],
  [4096, 4],
];

describe("sparse files", () => {
  it("reads the old GNU form", async () => {
    const patch = oldGnu(
      [
        [512, 3],
        [4096, 4],
        [10_000, 0],
      ],
      10_000,
    );
    const [member, next] = await readAll(
      tarOf(
        block({ name: "sp", flag: "S", magic: "ustar  \0", body: "abcdefg", patch }),
        block({ name: "next" }),
      ),
    );
    expect(member).toMatchObject({ ...expected, runs });
    expect(next?.name).toBe("next");
  });

  it("reads the old GNU form with further blocks of runs", async () => {
    const all = Array.from({ length: 30 }, (_, i) => [i * 1000, 1] as [number, number]);
    const further = [Buffer.alloc(512), Buffer.alloc(512)];
    writePairs(further[0] as Buffer, 0, all.slice(4, 25));
    writePairs(further[1] as Buffer, 0, all.slice(25));
    (further[0] as Buffer)[504] = 1;
    const patch = oldGnu(all.slice(0, 4), 30_000, true);
    const body = "x".repeat(30);
    const header = block({ name: "sp", flag: "S", magic: "ustar  \0", size: 30, patch });
    const [member, next] = await readAll(
      tarOf(header, ...further, pad(Buffer.from(body)), block({ name: "next" })),
    );
    expect(member).toMatchObject({ size: 30_000, text: body, runs: all });
    expect(next?.name).toBe("next");
  });

  it("reads pax 0.0, with one record for each number", async () => {
    const [member] = await readAll(
      tarOf(
        pax([
          ["GNU.sparse.size", "10000"],
          ["GNU.sparse.numblocks", "2"],
          ["GNU.sparse.offset", "512"],
          ["GNU.sparse.numbytes", "3"],
          ["GNU.sparse.offset", "4096"],
          ["GNU.sparse.numbytes", "4"],
        ]),
        block({ name: "sp", body: "abcdefg" }),
      ),
    );
    expect(member).toMatchObject({ ...expected, runs });
  });

  it("reads pax 0.1, with the map in one record", async () => {
    const records = [
      ["GNU.sparse.size", "10000"],
      ["GNU.sparse.name", "sp"],
      ["GNU.sparse.map", "512,3,4096,4,10000,0"],
    ] as const;
    const [member] = await readAll(
      tarOf(pax(records), block({ name: "GNUSparseFile.1/sp", body: "abcdefg" })),
    );
    expect(member).toMatchObject({ ...expected, runs });
  });

  it("reads pax 1.0, with the map before the bytes", async () => {
    const body = Buffer.concat([pad(Buffer.from("3\n512\n3\n4096\n4\n10000\n0\n")), Buffer.from("abcdefg")]);
    const [member, next] = await readAll(tarOf(version1("10000"), block({ body }), block({ name: "next" })));
    expect(member).toMatchObject({ ...expected, runs });
    expect(next?.name).toBe("next");
  });

  it("reads a map of several blocks, numbers cut by their borders", async () => {
    const all = Array.from({ length: 200 }, (_, i) => [i * 100_000, 1] as const);
    const map = `200\n${all.map(([offset, length]) => `${offset}\n${length}\n`).join("")}`;
    const body = Buffer.concat([pad(Buffer.from(map)), Buffer.from("z".repeat(200))]);
    const [member] = await readAll(tarOf(version1("20000000"), block({ body })));
    expect(member).toMatchObject({ size: 20_000_000, text: "z".repeat(200), runs: all });
  });

  it("reads a file that is one hole", async () => {
    const [member] = await readAll(
      tarOf(version1("5000"), block({ body: pad(Buffer.from("1\n5000\n0\n")) })),
    );
    expect(member).toMatchObject({ size: 5000, text: "", runs: [] });
  });

  it.each([
    ["overlapping runs", "2\n0\n4\n2\n3\n", "7"],
    ["runs backwards", "2\n512\n3\n0\n4\n", "600"],
    ["a run beyond the end", "1\n5\n7\n", "10"],
    ["more bytes than are stored", "1\n0\n700\n", "700"],
    ["fewer bytes than are stored", "1\n0\n3\n", "10"],
    ["letters", "1\nx\n7\n", "10"],
    ["a count of a billion", "999999999\n0\n7\n", "10"],
    ["a map without an end", "9\n1\n1\n", "10"],
  ])("refuses a map with %s", async (_, map, size) => {
    const body = Buffer.concat([pad(Buffer.from(map)), Buffer.from("abcdefg")]);
    await expect(readAll(tarOf(version1(size), block({ body })))).rejects.toMatchObject({
      code: "archive-damaged",
    });
  });
});

function version1(size: string): Buffer {
  return pax([
    ["GNU.sparse.major", "1"],
    ["GNU.sparse.minor", "0"],
    ["GNU.sparse.name", "sp"],
    ["GNU.sparse.realsize", size],
  ]);
}
