import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { archive } from "../../../src/core/stages/archive.ts";
import { base256, block, pad, pax, tarOf } from "../tar/tarBytes.ts";
import { type Bench, openBench } from "./runArchive.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

async function unpacked(bytes: Uint8Array, more: object = {}) {
  return bench.run({ source: await bench.put("a.tar", bytes), ...more });
}

describe("an archive", () => {
  it("keeps owners, modes, times, devices, links, attributes and holes", async () => {
    const sparse = Buffer.concat([pad(Buffer.from("1\n8192\n4\n")), Buffer.from("data")]);
    const { layer, content } = await unpacked(
      tarOf(
        block({ name: "./", flag: "5", mode: 0o755 }),
        block({ name: "./bin/", flag: "5", mode: 0o1777, uid: 1, gid: 2, mtime: 1_000_000_000 }),
        pax([
          ["uid", "4000000000"],
          ["SCHILY.xattr.user.k", "v"],
        ]),
        block({ name: "./bin/su", mode: 0o6755, gid: base256(3_000_000n, 8), mtime: 7, body: "suid" }),
        block({ name: "./bin/sudo", flag: "1", link: "./bin/su" }),
        block({ name: "./lib", flag: "2", link: "../../../usr/lib" }),
        block({ name: "./null", flag: "3", mode: 0o666, major: 1, minor: 3 }),
        block({ name: "./sda", flag: "4", mode: 0o660, major: 8, minor: 300 }),
        block({ name: "./pipe", flag: "6" }),
        pax([
          ["GNU.sparse.major", "1"],
          ["GNU.sparse.minor", "0"],
          ["GNU.sparse.name", "./hole"],
          ["GNU.sparse.realsize", "100000"],
        ]),
        block({ body: sparse }),
      ),
    );
    const entries = Object.fromEntries(layer.index.entries.map(entry => [entry.path, entry]));
    expect(Object.keys(entries)).toEqual(["bin", "bin/su", "bin/sudo", "hole", "lib", "null", "pipe", "sda"]);
    expect(entries["bin"]).toMatchObject({
      type: "directory",
      mode: 0o1777,
      uid: 1,
      gid: 2,
      mtime: 1_000_000_000,
    });
    const su = {
      mode: 0o6755,
      uid: 4_000_000_000,
      gid: 3_000_000,
      mtime: 7,
      size: 4,
      xattrs: { "user.k": "dg==" },
    };
    expect(entries["bin/su"]).toMatchObject(su);
    expect(entries["bin/sudo"]).toMatchObject({ ...su, hardLink: "bin/su" });
    expect(entries["lib"]).toMatchObject({ type: "symlink", target: "../../../usr/lib" });
    expect(entries["null"]).toMatchObject({ type: "char", major: 1, minor: 3, mode: 0o666 });
    expect(entries["sda"]).toMatchObject({ type: "block", major: 8, minor: 300 });
    expect(entries["pipe"]).toMatchObject({ type: "fifo" });
    expect(entries["hole"]).toMatchObject({ size: 100_000, runs: [[8192, 4]] });
    expect(content("bin/sudo").toString()).toBe("suid");
    expect(content("hole").indexOf("data")).toBe(8192);
  });

  it("takes absolute names from the image's root", async () => {
    const { layer } = await unpacked(tarOf(block({ name: "/etc//./passwd", body: "root" })));
    expect(layer.index.entries.map(entry => entry.path)).toEqual(["etc/passwd"]);
  });

  it("keeps names as long as file systems allow and beyond tar's own limit", async () => {
    const name = `${"ä".repeat(127)}/`.repeat(10) + "n".repeat(255);
    const { layer } = await unpacked(tarOf(pax([["path", name]]), block({})));
    expect(layer.index.entries[0]?.path).toBe(name);
  });

  it("lets a later entry of the same name win", async () => {
    const { layer, content } = await unpacked(
      tarOf(
        block({ name: "a", body: "old" }),
        block({ name: "linked", flag: "1", link: "a" }),
        block({ name: "a", body: "newer" }),
        block({ name: "b" }),
        block({ name: "b/", flag: "5" }),
        block({ name: "b/c", body: "inside" }),
        block({ name: "d/", flag: "5" }),
        block({ name: "d", flag: "2", link: "a" }),
      ),
    );
    expect(layer.index.entries.map(({ path, type }) => [path, type])).toEqual([
      ["a", "file"],
      ["b", "directory"],
      ["b/c", "file"],
      ["d", "symlink"],
      ["linked", "file"],
    ]);
    expect(content("a").toString()).toBe("newer");
    expect(content("linked").toString()).toBe("old");
  });

  it("copies what is no file when another name is linked to it, and ignores a link to itself", async () => {
    const { layer } = await unpacked(
      tarOf(
        block({ name: "s", flag: "2", link: "there" }),
        block({ name: "t", flag: "1", link: "s" }),
        block({ name: "f", body: "x" }),
        block({ name: "f", flag: "1", link: "f" }),
      ),
    );
    expect(layer.index.entries).toMatchObject([
      { path: "f", size: 1 },
      { path: "s", target: "there" },
      { path: "t", type: "symlink", target: "there" },
    ]);
  });

  it("cuts leading names off and puts the rest into a folder, hard links along, symlinks as they are", async () => {
    const { layer } = await unpacked(
      tarOf(
        block({ name: "top/", flag: "5" }),
        block({ name: "top/a", body: "x" }),
        block({ name: "top/d/b", flag: "1", link: "top/a" }),
        block({ name: "top/s", flag: "2", link: "top/a" }),
      ),
      { strip: 1, into: "/opt/app/" },
    );
    expect(layer.index.entries).toMatchObject([
      { path: "opt/app/a" },
      { path: "opt/app/d/b", hardLink: "opt/app/a" },
      { path: "opt/app/s", target: "top/a" },
    ]);
  });

  it("gives the folder that it goes into the attributes of the archive's root", async () => {
    const { layer } = await unpacked(tarOf(block({ name: "./", flag: "5", mode: 0o700, uid: 9 })), {
      into: "srv",
    });
    expect(layer.index.entries).toMatchObject([{ path: "srv", mode: 0o700, uid: 9 }]);
  });

  it("tells how far it is in bytes of the file", async () => {
    const bytes = tarOf(block({ body: Buffer.alloc(3_000_000) }));
    const { progress } = await unpacked(bytes);
    expect(progress.at(-1)).toEqual([bytes.length, bytes.length]);
  });

  it("warns about an archive without entries and about access control lists", async () => {
    expect((await unpacked(tarOf())).warnings).toEqual(["The archive has no entries."]);
    const { warnings } = await unpacked(tarOf(pax([["SCHILY.acl.access", "user::rwx"]]), block({})));
    expect(warnings[0]).toContain("access control lists");
  });

  it("says where the recipe is wrong: no such file, a folder, not an archive, nothing left", async () => {
    await expect(bench.run("none.tar")).rejects.toMatchObject({ code: "archive-unreadable", placedAt: [] });
    await expect(bench.run({ source: "." })).rejects.toMatchObject({
      code: "archive-unreadable",
      placedAt: ["source"],
    });
    await expect(unpacked(Buffer.from("Rar!".padEnd(600)))).rejects.toMatchObject({
      code: "archive-unknown",
      message: expect.stringContaining("RAR"),
    });
    const erofs = Buffer.alloc(40_000);
    erofs.set([0xe2, 0xe1, 0xf5, 0xe0], 0x400);
    await expect(unpacked(erofs)).rejects.toMatchObject({
      message: expect.stringContaining("an erofs image"),
    });
    const disk = Buffer.alloc(4096);
    disk[3000] = 1;
    await expect(unpacked(disk)).rejects.toMatchObject({ code: "archive-unknown" });
    await expect(unpacked(Buffer.alloc(0))).rejects.toMatchObject({ code: "archive-unknown" });
    await expect(unpacked(tarOf(block({ name: "a/b" })), { strip: 2 })).rejects.toMatchObject({
      code: "archive-stripped-away",
      placedAt: ["strip"],
    });
    await expect(unpacked(tarOf(block({})), { into: "../x" })).rejects.toMatchObject({
      code: "bad-path",
      placedAt: ["into"],
    });
  });

  it("does not use a file with another sha256, and uses one with the right one in any case", async () => {
    const bytes = tarOf(block({}));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await expect(unpacked(bytes, { sha256: "0".repeat(64) })).rejects.toMatchObject({
      code: "sha256-wrong",
      message: expect.stringContaining(sha256),
      placedAt: ["sha256"],
    });
    expect((await unpacked(bytes, { sha256: sha256.toUpperCase() })).layer.index.entries).toHaveLength(1);
  });

  it("names a damaged archive's last good entry, at the source, and leaves no layer", async () => {
    const bytes = tarOf(block({ name: "good" }), block({ name: "bad", body: "x".repeat(5000) })).subarray(
      0,
      3000,
    );
    await expect(unpacked(bytes)).rejects.toMatchObject({
      code: "archive-damaged",
      message: expect.stringContaining('"good"'),
      placedAt: ["source"],
    });
    expect(await readdir(`${bench.folder}/layers`)).toEqual([]);
  });

  it("stops when it is told to", async () => {
    const controller = new AbortController();
    controller.abort(new Error("enough"));
    const source = await bench.put("a.tar", tarOf(block({})));
    await expect(bench.run(source, controller.signal)).rejects.toThrow("enough");
  });

  it("puts a local file into the key and leaves a URL to its sha256", () => {
    const place = { baseDir: "/recipes", arch: "x86_64", fail: () => new Error() } as never;
    expect(archive.inputs?.("../a.tar" as never, place)).toEqual([{ path: "/a.tar", at: [] }]);
    expect(archive.inputs?.({ source: "b.tar" } as never, place)).toEqual([
      { path: "/recipes/b.tar", at: ["source"] },
    ]);
    expect(archive.inputs?.({ source: "https://host/a.tar" } as never, place)).toEqual([]);
  });
});
