import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newc, odc } from "./cpioBytes.ts";
import { type Bench, openBench } from "./runArchive.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const end = newc("TRAILER!!!");

async function unpacked(...parts: Buffer[]) {
  return bench.run(await bench.put("a.cpio", Buffer.concat(parts)));
}

describe("a cpio archive", () => {
  it.each([
    ["newc", newc],
    ["odc", odc],
  ])("keeps types, owners, modes and devices (%s)", async (_, make) => {
    const { layer, content } = await unpacked(
      make(".", { mode: 0o040755 }),
      make("d", { mode: 0o041777, uid: 12 }),
      make("d/f", { mode: 0o104755, body: "hello" }),
      make("s", { mode: 0o120777, body: "../d/f" }),
      make("console", { mode: 0o020600, device: [5, 1] }),
      make("sda", { mode: 0o060660, device: [8, 3] }),
      make("p", { mode: 0o010600 }),
      make("TRAILER!!!"),
    );
    expect(layer.index.entries).toMatchObject([
      { path: "console", type: "char", major: 5, minor: 1, mode: 0o600, mtime: 77 },
      { path: "d", type: "directory", mode: 0o1777, uid: 12 },
      { path: "d/f", type: "file", mode: 0o4755, size: 5 },
      { path: "p", type: "fifo" },
      { path: "s", type: "symlink", target: "../d/f" },
      { path: "sda", type: "block", major: 8, minor: 3 },
    ]);
    expect(content("d/f").toString()).toBe("hello");
  });

  it("gives every hard link its bytes when only the last name has them (newc)", async () => {
    const same = { inode: 5, links: 3 };
    const { layer, content } = await unpacked(
      newc("a", same),
      newc("other", { inode: 6, body: "no" }),
      newc("b", same),
      newc("c", { ...same, body: "bytes" }),
      end,
    );
    expect(layer.index.entries).toMatchObject([
      { path: "a", hardLink: "c" },
      { path: "b", hardLink: "c" },
      { path: "c", size: 5 },
      { path: "other" },
    ]);
    for (const name of ["a", "b", "c"]) expect(content(name).toString()).toBe("bytes");
  });

  it("stores bytes once when every name has them (odc), and keeps empty files linked", async () => {
    const same = { inode: 5, links: 2, body: "bytes" };
    const empty = { inode: 9, links: 2 };
    const { layer } = await unpacked(
      odc("a", same),
      odc("b", same),
      odc("c", empty),
      odc("d", empty),
      odc("TRAILER!!!"),
    );
    expect(layer.index.entries).toMatchObject([
      { path: "a", size: 5 },
      { path: "b", hardLink: "a" },
      { path: "c", size: 0 },
      { path: "d", hardLink: "c" },
    ]);
  });

  it("reads several, plain and compressed, one after another as the kernel does", async () => {
    const first = Buffer.concat([newc("kernel/x86/microcode", { body: "µ" }), end, Buffer.alloc(512)]);
    const second = Buffer.concat([
      newc("a", { body: "1" }),
      end,
      Buffer.alloc(36),
      newc("b", { body: "2" }),
      end,
    ]);
    const { layer } = await unpacked(first, gzipSync(second));
    expect(layer.index.entries.map(entry => entry.path)).toEqual(["a", "b", "kernel/x86/microcode"]);
  });

  it("checks the sums of the form that has them", async () => {
    const sum = Buffer.from("abc").reduce((total, byte) => total + byte, 0);
    const make = (checksum: number) => newc("f", { magic: "070702", body: "abc", checksum });
    expect((await unpacked(make(sum), end)).layer.index.entries).toHaveLength(1);
    await expect(unpacked(make(sum + 1), end)).rejects.toMatchObject({ code: "archive-damaged" });
  });

  it.each<[string, ...Buffer[]]>([
    ["has no trailer", newc("f")],
    ["ends in a body", newc("good"), newc("f", { body: "x".repeat(100) }).subarray(0, 180)],
    ["ends in a header", newc("good"), newc("f").subarray(0, 60)],
    [
      "has letters for a number",
      newc("good"),
      Buffer.from(newc("f").toString("latin1").replace("000081a4", "0000zzzz")),
    ],
    ["has a name of 4 GB", Buffer.from(newc("f").toString("latin1").replace("00000002", "ffffffff")), end],
    ["has something else between its entries", newc("good"), Buffer.from("garbage".repeat(100)), end],
  ])("is refused as damaged when it %s", async (_, ...parts) => {
    await expect(unpacked(...parts)).rejects.toMatchObject({ code: "archive-damaged" });
  });

  it("is refused when something that is no cpio follows it", async () => {
    await expect(unpacked(newc("f"), end, Buffer.from("more"))).rejects.toMatchObject({
      code: "archive-unknown",
    });
  });

  it("is held to the same rules as a tar", async () => {
    const link = newc("l", { mode: 0o120777, body: "/etc" });
    for (const parts of [
      [newc("../f")],
      [link, newc("l/f")],
      [newc("s", { mode: 0o140755 })],
      [newc(".wh.f")],
    ]) {
      await expect(unpacked(...parts, end)).rejects.toMatchObject({ code: "archive-refused" });
    }
  });
});
