import { readdir } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Failure } from "../../../src/core/failure.ts";
import { base256, block, pax, tarOf } from "../tar/tarBytes.ts";
import { type Bench, openBench } from "./runArchive.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const link = (name: string, target: string) => block({ name, flag: "2", link: target });
const hard = (name: string, target: string) => block({ name, flag: "1", link: target });

describe("a hostile archive", () => {
  it.each<[what: string, entry: string, ...parts: Buffer[]]>([
    ["../ at the start", "../evil", block({ name: "../evil" })],
    ["../ after a slash", "/../evil", block({ name: "/../evil" })],
    ["../ in the middle, though it stays inside", "a/../b", block({ name: "a/../b" })],
    ["../ at the end", "a/..", block({ name: "a/..", flag: "5" })],
    ["../ in a pax path", "a/../../b", pax([["path", "a/../../b"]]), block({})],
    ["../ in a GNU long name", "x/../../b", block({ name: "L", flag: "L", body: "x/../../b\0" }), block({})],
    ["../ in a ustar prefix", "../b", block({ name: "b", prefix: ".." })],
    [
      "../ in the name of a sparse file",
      "../s",
      pax([
        ["GNU.sparse.name", "../s"],
        ["GNU.sparse.size", "0"],
      ]),
      block({}),
    ],
    ["../ in a hard link's target", "h", hard("h", "../../etc/passwd")],
    ["a hard link to a file of the host", "h", hard("h", "/etc/passwd")],
    ["a hard link to what comes later", "h", hard("h", "f"), block({ name: "f" })],
    ["a hard link to a directory", "h", block({ name: "d", flag: "5" }), hard("h", "d")],
    ["a hard link to the root", "h", hard("h", "./")],
    ["a hard link to itself alone", "h", hard("h", "h")],
    ["a file under a symlink", "l/f", link("l", "/etc"), block({ name: "l/f" })],
    ["a file deep under a symlink", "l/a/b/f", link("l", "/etc"), block({ name: "l/a/b/f" })],
    ["a file under a link spelt otherwise", "./l//f", link("l", "."), block({ name: "./l//f" })],
    [
      "a file under a hard link to a symlink",
      "h/f",
      link("l", "/etc"),
      hard("h", "l"),
      block({ name: "h/f" }),
    ],
    ["a directory that becomes a symlink", "d", block({ name: "d/f" }), link("d", "/etc")],
    ["a file under a file", "f/x", block({ name: "f" }), block({ name: "f/x" })],
    ["a symlink in the place of the root", "./", link("./", "/etc")],
    ["a file in the place of the root", ".", block({ name: ".", body: "x" })],
    ["an empty name", "", block({ name: "" })],
    ["a NUL in a pax path", "a\0b", pax([["path", "a\0b"]]), block({})],
    ["a NUL in a symlink's target", "s", pax([["linkpath", "a\0b"]]), link("s", "x")],
    ["a symlink to nothing", "s", link("s", "")],
    ["a symlink to more than a path can hold", "s", pax([["linkpath", "x".repeat(5000)]]), link("s", "x")],
    ["a name of 256 bytes", "ä".repeat(128), pax([["path", "ä".repeat(128)]]), block({})],
    ["a path of more than 4096 bytes", "a/a/", pax([["path", "a/".repeat(2100)]]), block({})],
    ["a name that is not UTF-8", "caf\\xe9", block({ name: Buffer.from([0x63, 0x61, 0x66, 0xe9]) })],
    ["a whiteout", "etc/.wh.passwd", block({ name: "etc/.wh.passwd" })],
    ["an opaque mark", "etc/.wh..wh..opq", block({ name: "etc/.wh..wh..opq" })],
    ["a folder that is named like a whiteout", ".wh.a/b", block({ name: ".wh.a/b" })],
    ["a part of a multi-volume archive", "m", block({ name: "m", flag: "M", body: "x" })],
    ["a sparse file in star's own form", "s", block({ name: "s", flag: "S", body: "x" })],
    ["a type that nobody knows", "z", block({ name: "z", flag: "Z" })],
    ["a file with a directory's name", "f/", block({ name: "f/", body: "x" })],
    ["a negative owner", "o", block({ name: "o", uid: base256(-1n, 8) })],
    ["an owner beyond 32 bits", "o", block({ name: "o", gid: base256(1n << 33n, 8) })],
    ["a device number beyond Linux'", "n", block({ name: "n", flag: "3", major: 5000 })],
  ])("is refused with the entry's name: %s", async (_, entry, ...parts) => {
    const source = await bench.put("a.tar", tarOf(block({ name: "fine" }), ...parts));
    const error = await bench.run({ source }).then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ code: "archive-refused", placedAt: ["source"] });
    expect((error as Failure).message).toContain(JSON.stringify(entry).slice(1, -1));
    // Nothing but the input and the (empty) folder for layers.
    expect((await readdir(bench.folder, { recursive: true })).sort()).toEqual(["a.tar", "layers"]);
  });

  it("is refused when strip makes names meet that were apart", async () => {
    const source = await bench.put("a.tar", tarOf(link("a/l", "/etc"), block({ name: "b/l/f" })));
    await expect(bench.run({ source, strip: 1 })).rejects.toMatchObject({ code: "archive-refused" });
    expect((await bench.run({ source })).layer.index.entries).toHaveLength(2);
  });

  it("is refused when strip takes a hard link's target away", async () => {
    const source = await bench.put("a.tar", tarOf(block({ name: "f" }), hard("d/h", "f")));
    await expect(bench.run({ source, strip: 1 })).rejects.toMatchObject({
      code: "archive-refused",
      message: expect.stringContaining('"d/h"'),
    });
  });

  it("may fill a directory that took a symlink's place", async () => {
    const parts = [link("d", "/etc"), block({ name: "d", flag: "5" }), block({ name: "d/f" })];
    const { layer } = await bench.run(await bench.put("a.tar", tarOf(...parts)));
    expect(layer.index.entries.map(({ path, type }) => [path, type])).toEqual([
      ["d", "directory"],
      ["d/f", "file"],
    ]);
  });
});
