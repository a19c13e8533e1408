import { truncateSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { decodeIndex, encodeIndex } from "../../../src/core/tree/indexFile.ts";
import { fileRuns, openTreeFile, readTreeFile, type TreeFile } from "../../../src/core/tree/readFile.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { file, folder, layerOf, link, text } from "./layers.ts";

async function* once(bytes: Buffer) {
  yield bytes;
}

const everything = () =>
  layerOf(async to => {
    const base = { mode: 0o600, uid: 1, gid: 2, mtime: -3 };
    await to.add(folder("usr/share"));
    await to.add(file("usr/share/a", { xattrs: { "user.x": "AAE=" }, mtime: 7 }), text("content"));
    await to.add(file("usr/share/b"), { hardLink: "usr/share/a" });
    await to.add(file("usr/sparse"), {
      stream: once(Buffer.from("abcdef")),
      size: 200_000,
      runs: [
        [3, 2],
        [100_000, 4],
      ],
    });
    await to.add(file("usr/empty"));
    await to.add(link("l", "usr/é\n"));
    await to.add({ ...base, type: "char", path: "c", major: 5, minor: 1 });
    await to.add({ ...base, type: "block", path: "b", major: 8, minor: 0 });
    await to.add({ ...base, type: "fifo", path: "p" });
    await to.add(file("\u{1f600}"));
    await to.add(file("\u{1f601}"));
    to.whiteout("gone");
    to.opaque("usr");
  });

async function treeFile(path: string): Promise<TreeFile> {
  const entry = stackLayers([await everything()]).get(path);
  if (entry?.type !== "file") throw new Error(`no file ${path}`);
  return entry;
}

describe("an index file", () => {
  it("gives back exactly what it was made from", async () => {
    const { index } = await everything();
    expect(decodeIndex(encodeIndex(index))).toEqual(index);
    expect(encodeIndex(decodeIndex(encodeIndex(index)))).toBe(encodeIndex(index));
  });

  it.each(["", "{}", "[]", '{"format":"whittle-index-0"}'])(
    "made by something else is refused: %j",
    content => {
      expect(() => decodeIndex(content)).toThrow(expect.objectContaining({ code: "index-damaged" }));
    },
  );

  it("with a column that is too short is refused", async () => {
    const columns = JSON.parse(encodeIndex((await everything()).index));
    for (const column of ["kinds", "kind", "shared", "mtime", "size", "offset", "target", "device", "runs"]) {
      const short = { ...columns, [column]: column === "runs" ? undefined : columns[column].slice(1) };
      expect(() => decodeIndex(JSON.stringify(short)), column).toThrow(
        expect.objectContaining({ code: "index-damaged" }),
      );
    }
  });
});

describe("a file's bytes", () => {
  it("come back with its holes filled with zeros", async () => {
    const sparse = await treeFile("usr/sparse");
    const expected = Buffer.alloc(200_000);
    expected.write("ab", 3);
    expected.write("cdef", 100_000);
    expect(fileRuns(sparse)).toEqual([
      [3, 2],
      [100_000, 4],
    ]);
    expect((await readTreeFile(sparse)).equals(expected)).toBe(true);
    expect((await buffer(openTreeFile(sparse))).equals(expected)).toBe(true);
  });

  it("are found under each of its names", async () => {
    expect((await readTreeFile(await treeFile("usr/share/b"))).toString()).toBe("content");
  });

  it("of an empty file are none", async () => {
    const empty = await treeFile("usr/empty");
    expect(fileRuns(empty)).toEqual([]);
    expect(await readTreeFile(empty)).toHaveLength(0);
    expect(await buffer(openTreeFile(empty))).toHaveLength(0);
  });

  it("from a tar that is cut short are a Failure, not fewer bytes", async () => {
    const entry = await treeFile("usr/share/a");
    truncateSync(entry.layer.blob, entry.offset + 3);
    const damaged = { code: "layer-damaged" };
    await expect(readTreeFile(entry)).rejects.toMatchObject(damaged);
    await expect(buffer(openTreeFile(entry))).rejects.toMatchObject(damaged);
    const missing = { ...entry, layer: { ...entry.layer, blob: "/nowhere" } };
    await expect(readTreeFile(missing)).rejects.toMatchObject(damaged);
  });
});
