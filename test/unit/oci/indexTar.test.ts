import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type IndexedTar, indexTar } from "../../../src/core/tree/indexTar.ts";
import { block, pax, tarOf } from "../tar/tarBytes.ts";
import { tempFolder } from "../tree/layers.ts";

const signal = new AbortController().signal;

async function indexOf(tar: Buffer): Promise<IndexedTar & { content(path: string): string }> {
  const path = join(tempFolder(), "layer.tar");
  writeFileSync(path, tar);
  const indexed = await indexTar(path, signal);
  return {
    ...indexed,
    content(name) {
      const entry = indexed.index.entries.find(each => each.path === name);
      if (entry?.type !== "file") throw new Error(`There is no file ${name}.`);
      const stored = entry.runs?.reduce((sum, [, length]) => sum + length, 0) ?? entry.size;
      return readFileSync(path).toString("latin1", entry.offset, entry.offset + stored);
    },
  };
}
const paths = ({ index }: IndexedTar) => index.entries.map(each => each.path);
const folder = (name: string) => block({ name: `${name}/`, flag: "5", mode: 0o755 });

describe("the index of a layer tar", () => {
  it("has the place of every file's bytes", async () => {
    const big = "0123456789".repeat(20_000);
    const indexed = await indexOf(
      tarOf(
        block({ name: "empty" }),
        block({ name: "b", body: "bytes of b" }),
        pax([["path", `${"p/".repeat(100)}long`]]),
        block({ name: "x", body: "long" }),
        block({ name: "big", body: big }),
        block({ name: "././@LongLink", flag: "L", body: `${"g/".repeat(100)}gnu\0`, magic: "ustar  \0" }),
        block({ name: "y", body: "gnu", magic: "ustar  \0" }),
        pax([["size", "4"]]),
        block({ name: "paxsize", body: "four" }),
        block({ name: "last", body: "z".repeat(512) }),
      ),
    );
    expect(indexed.unfit).toBeUndefined();
    expect(indexed.content("b")).toBe("bytes of b");
    expect(indexed.content(`${"p/".repeat(100)}long`)).toBe("long");
    expect(indexed.content("big")).toBe(big);
    expect(indexed.content(`${"g/".repeat(100)}gnu`)).toBe("gnu");
    expect(indexed.content("paxsize")).toBe("four");
    expect(indexed.content("last")).toBe("z".repeat(512));
    expect(indexed.content("empty")).toBe("");
  });

  it("has the runs of sparse files, behind their map", async () => {
    const map = Buffer.alloc(512);
    map.write("2\n0\n3\n1000\n4\n", "latin1");
    const records: [string, string][] = [
      ["GNU.sparse.major", "1"],
      ["GNU.sparse.minor", "0"],
      ["GNU.sparse.name", "sparse"],
      ["GNU.sparse.realsize", "5000"],
    ];
    const body = Buffer.concat([map, Buffer.from("abcdefg")]);
    const indexed = await indexOf(
      tarOf(pax(records), block({ name: "GNUSparse/s", body }), block({ name: "z", body: "z" })),
    );
    expect(indexed.content("sparse")).toBe("abcdefg");
    expect(indexed.content("z")).toBe("z");
    expect(indexed.index.entries[0]).toMatchObject({
      ...{ size: 5000 },
      runs: [
        [0, 3],
        [1000, 4],
      ],
    });
  });

  it("is sorted, with clean paths and all names of a file at its bytes", async () => {
    const indexed = await indexOf(
      tarOf(
        folder("./"),
        folder("./usr"),
        block({ name: "/usr/b", body: "b", mode: 0o4755, uid: 5 }),
        block({ name: "usr/a", flag: "1", link: "./usr/b" }),
        block({ name: "usr/c", flag: "1", link: "usr/a" }),
        block({ name: "usr/l", flag: "2", link: "b" }),
        block({ name: "usr/m", flag: "1", link: "usr/l" }),
        folder("bin"),
        folder("bin"),
      ),
    );
    expect(indexed.unfit).toBeUndefined();
    expect(paths(indexed)).toEqual(["bin", "usr", "usr/a", "usr/b", "usr/c", "usr/l", "usr/m"]);
    for (const name of ["usr/a", "usr/b", "usr/c"]) expect(indexed.content(name)).toBe("b");
    const [a, c] = ["usr/a", "usr/c"].map(path => indexed.index.entries.find(each => each.path === path));
    for (const each of [a, c]) expect(each).toMatchObject({ hardLink: "usr/b", mode: 0o4755, uid: 5 });
    expect(indexed.index.entries.at(-1)).toMatchObject({ type: "symlink", target: "b" });
  });

  it("tells marks from files", async () => {
    const { index, unfit } = await indexOf(
      tarOf(
        block({ name: "etc/.wh.old" }),
        block({ name: "./.wh.top" }),
        block({ name: "var/.wh..wh..opq" }),
        block({ name: ".wh..wh.aufs" }),
        block({ name: "etc/.whatever", body: "x" }),
      ),
    );
    expect([index.whiteouts, index.opaque]).toEqual([["etc/old", "top"], ["var"]]);
    expect(index.entries.map(each => each.path)).toEqual(["etc/.whatever"]);
    expect(unfit).toBeUndefined();
  });

  it("takes a tar whose end is not marked", async () => {
    const indexed = await indexOf(Buffer.concat([block({ name: "a", body: "a" }), block({ name: "b" })]));
    expect(paths(indexed)).toEqual(["a", "b"]);
    expect(paths(await indexOf(Buffer.alloc(0)))).toEqual([]);
  });

  it.each([
    [
      "a path that comes twice",
      [block({ name: "a", body: "1" }), block({ name: "a", body: "2" })],
      "more than once",
    ],
    [
      "a folder that becomes a link",
      [folder("a"), block({ name: "a", flag: "2", link: "b" })],
      "more than once",
    ],
    ["a hard link to a lower layer", [block({ name: "a", flag: "1", link: "b" })], "does not come before it"],
    [
      "a hard link before its file",
      [block({ name: "a", flag: "1", link: "b" }), block({ name: "b" })],
      "does not come before it",
    ],
    ["an opaque root", [block({ name: ".wh..wh..opq" })], "hides all"],
  ])("says that the tar cannot stay as it is: %s", async (_what, parts, why) => {
    expect((await indexOf(tarOf(...parts))).unfit).toContain(why);
  });

  it.each([
    ["a way out", [block({ name: "../a" })], "bad-path"],
    ["a way out of a mark", [block({ name: "a/../../.wh.x" })], "bad-path"],
    ["a link in place of the root", [block({ name: "./", flag: "2", link: "x" })], "bad-path"],
    [
      "a link above a later entry",
      [block({ name: "a", flag: "2", link: "/etc" }), block({ name: "a/b" })],
      "bad-path",
    ],
    ["a file above a later entry", [block({ name: "a" }), block({ name: "a/b" })], "bad-path"],
    ["a name that is no UTF-8", [block({ name: Buffer.from([0x61, 0xff]) })], "bad-path"],
    ["a link to nothing", [block({ name: "a", flag: "2", link: "" })], "bad-path"],
    ["an unknown type", [block({ name: "a", flag: "M" })], "bad-path"],
    ["files under a mark", [block({ name: ".wh.a/b" })], "bad-path"],
    ["a mark without a name", [block({ name: ".wh." })], "bad-path"],
    ["an owner that none can be", [pax([["uid", "5000000000"]]), block({ name: "a" })], "bad-entry"],
    ["a device that none can be", [block({ name: "a", flag: "3", major: 0o777777 })], "bad-entry"],
  ])("refuses %s", async (_what, parts, code) => {
    await expect(indexOf(tarOf(...parts))).rejects.toMatchObject({ code });
  });

  it("refuses a tar that is cut, wherever the cut is", async () => {
    const whole = Buffer.concat([
      block({ name: "a", body: "x".repeat(2000) }),
      block({ name: "b", body: "y" }),
    ]);
    for (let cut = 1; cut < whole.length; cut += 100) {
      // A cut between two members cannot be told from an end that is not marked.
      if (cut % 512 === 0) continue;
      await expect(indexOf(whole.subarray(0, cut))).rejects.toMatchObject({ code: "archive-damaged" });
    }
    for (const cut of [1024, 1536, 2048])
      await expect(indexOf(whole.subarray(0, cut))).rejects.toMatchObject({ code: "archive-damaged" });
  });

  it("counts access control lists, which it does not read", async () => {
    const { withAcl } = await indexOf(tarOf(pax([["SCHILY.acl.access", "user::rwx"]]), block({ name: "a" })));
    expect(withAcl).toBe(1);
  });
});
