import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Failure } from "../../../src/core/failure.ts";
import { flippedBits } from "../tar/flipBits.ts";
import { block, pax, tarOf } from "../tar/tarBytes.ts";
import { newc } from "./cpioBytes.ts";
import { type Bench, openBench } from "./runArchive.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const tar = tarOf(
  block({ name: "d/", flag: "5" }),
  pax([
    ["path", "d/long"],
    ["uid", "5"],
  ]),
  block({ body: "x".repeat(600) }),
  block({ name: "s", flag: "2", link: "d" }),
  block({ name: "h", flag: "1", link: "d/long" }),
  block({ name: "n", flag: "3", major: 1, minor: 3 }),
);

const cpio = Buffer.concat([
  newc("d", { mode: 0o040755 }),
  newc("d/a", { links: 2, inode: 4 }),
  newc("d/b", { links: 2, inode: 4, body: "bytes" }),
  newc("s", { mode: 0o120777, body: "d" }),
  newc("n", { mode: 0o020600, device: [5, 1] }),
  newc("TRAILER!!!"),
]);

describe("whatever a few flipped bits make of an archive", () => {
  it.each([
    ["tar", tar],
    ["cpio", cpio],
  ] as const)("becomes a layer or a Failure about the archive: %s", async (_, bytes) => {
    const codes = new Set<string>();
    for (const hurt of flippedBits(bytes, 150, 7)) {
      const outcome = await bench.run(await bench.put("hurt", hurt)).catch((error: unknown) => error);
      if (!(outcome instanceof Error)) {
        codes.add("a layer");
        continue;
      }
      expect(outcome).toBeInstanceOf(Failure);
      codes.add((outcome as Failure).code);
    }
    const known = ["a layer", "archive-damaged", "archive-refused", "archive-unknown"];
    expect([...codes].filter(code => !known.includes(code))).toEqual([]);
    expect(codes.size).toBeGreaterThan(2);
  });
});
