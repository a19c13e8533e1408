import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { createLayerBuilder, relocate } from "../../../src/core/tree/layerBuilder.ts";
import { file, folder, layerOf, link, tempFolder, text } from "./layers.ts";

const badPath = expect.objectContaining({ code: "bad-path" });
const signal = new AbortController().signal;

function bytesOf(layer: Layer, path: string): string {
  const entry = layer.index.entries.find(each => each.path === path);
  if (entry?.type !== "file") throw new Error(`no file ${path}`);
  return readFileSync(layer.blob)
    .subarray(entry.offset, entry.offset + entry.size)
    .toString();
}

describe("a layer", () => {
  it("is named by the sha256 of its tar and knows its length", async () => {
    const layer = await layerOf(async to => {
      await to.add(file("a"), text("x"));
      await to.add(file("big"), { bytes: Buffer.alloc(3_000_000, 1) });
    });
    const tar = readFileSync(layer.blob);
    expect(layer.digest).toBe(createHash("sha256").update(tar).digest("hex"));
    expect(layer.bytes).toBe(tar.length);
  });

  it("has the same bytes for the same calls, also when they overlap", async () => {
    const parts = (to: Parameters<Parameters<typeof layerOf>[0]>[0]) => [
      to.add(file("a"), { stream: slowly("one", "two"), size: 6 }),
      to.whiteout("gone"),
      to.add(folder("b"), undefined),
      to.add(file("b/c"), text("c")),
    ];
    const first = await layerOf(async to => Promise.all(parts(to)));
    const second = await layerOf(async to => Promise.all(parts(to)));
    expect(second.digest).toBe(first.digest);
    expect(bytesOf(first, "a")).toBe("onetwo");
  });

  it("lists entries, whiteouts and opaque folders sorted by path", async () => {
    const layer = await layerOf(async to => {
      await to.add(file("b"));
      to.whiteout("z");
      to.whiteout("/c");
      to.opaque("y");
      to.opaque("x");
      await to.add(file("a"));
    });
    expect(layer.index.entries.map(entry => entry.path)).toEqual(["a", "b"]);
    expect(layer.index.whiteouts).toEqual(["c", "z"]);
    expect(layer.index.opaque).toEqual(["x", "y"]);
  });

  it("takes nothing but an entry's own fields", async () => {
    const layer = await layerOf(to => to.add(Object.assign(file("a"), { runs: [[0, 9]], extra: 1 })));
    expect(layer.index.entries).toEqual([
      { type: "file", path: "a", mode: 0o644, uid: 0, gid: 0, mtime: 0, size: 0, offset: 512 },
    ]);
  });

  it("keeps its entries when its tar moves", async () => {
    const layer = await layerOf(to => to.add(file("a")));
    expect(relocate(layer, "/elsewhere")).toEqual({ ...layer, blob: "/elsewhere" });
  });
});

describe("a path added twice", () => {
  it("is what was added last, and stands in the tar once", async () => {
    const layer = await layerOf(async to => {
      await to.add(file("a"), text("old content"));
      await to.add(file("b"), text("b"));
      await to.add(file("/a"), text("new"));
      to.whiteout("w");
    });
    const twin = await layerOf(async to => {
      to.whiteout("w");
      await to.add(file("b"), text("b"));
      await to.add(file("a"), text("new"));
    });
    expect(bytesOf(layer, "a")).toBe("new");
    expect(layer.digest).toBe(twin.digest);
    expect(layer.index).toEqual(twin.index);
  });

  it("leaves the further names of the replaced file with its bytes", async () => {
    const layer = await layerOf(async to => {
      await to.add(file("a"), text("old"));
      await to.add(file("b"), { hardLink: "a" });
      await to.add(file("a"), text("new one"));
      await to.add(file("c"), { hardLink: "b" });
    });
    expect(["a", "b", "c"].map(path => bytesOf(layer, path))).toEqual(["new one", "old", "old"]);
    const [, b, c] = layer.index.entries;
    expect(b).not.toHaveProperty("hardLink");
    expect(c).toHaveProperty("hardLink", "b");
  });

  it("costs nothing when it is the same folder again", async () => {
    const once = await layerOf(to => to.add(folder("usr")));
    const twice = await layerOf(async to => {
      await to.add(folder("usr"));
      await to.add(folder("usr/"));
    });
    expect(twice.digest).toBe(once.digest);
  });

  it("leaves one temporary file, not two", async () => {
    const into = tempFolder();
    const layer = await layerOf(async to => {
      await to.add(file("a"), text("1"));
      await to.add(link("a", "b"));
    }, into);
    expect(readdirSync(into).map(name => join(into, name))).toEqual([layer.blob]);
  });
});

describe("refused entries", () => {
  it.each(["", "../a", "a/../../b", "a\0", ".wh.a", "a/.wh..wh..opq"])("the path %j", async path => {
    await layerOf(async to => {
      await expect(to.add(file(path))).rejects.toThrow(badPath);
      expect(() => to.whiteout(path)).toThrow(badPath);
    });
  });

  it.each([
    ["a link", link("lib", "/etc")],
    ["a file", file("lib")],
  ])("one under %s of the same layer, in whatever order they come", async (_, above) => {
    for (const order of [
      [above, file("lib/deep/x")],
      [file("lib/deep/x"), above],
    ]) {
      const builder = createLayerBuilder({ folder: tempFolder(), clock: 0 });
      for (const entry of order) await builder.add(entry);
      await expect(builder.finish(signal)).rejects.toThrow(badPath);
      await expect(builder.finish(signal)).rejects.toThrow("lib/deep/x");
      await builder.discard();
    }
  });

  it("a hard link to what is not a file of this layer", async () => {
    await layerOf(async to => {
      await to.add(folder("d"));
      await expect(to.add(file("a"), { hardLink: "missing" })).rejects.toThrow(badPath);
      await expect(to.add(file("a"), { hardLink: "d" })).rejects.toThrow(badPath);
      await expect(to.add(file("a"), { hardLink: "../../etc/shadow" })).rejects.toThrow(badPath);
    });
  });

  it.each([
    ["mode", file("a", { mode: 0o10000 })],
    ["uid", file("a", { uid: -1 })],
    ["gid", file("a", { gid: 2 ** 32 })],
    ["major", { ...file("a"), type: "char", major: 4096, minor: 0 } as const],
    ["whole seconds", file("a", { mtime: 1.5 })],
    ["attribute", file("a", { xattrs: { "user.a=b": "" } })],
  ])("one with an impossible %s; the layer goes on without it", async (what, entry) => {
    const layer = await layerOf(async to => {
      await expect(to.add(entry)).rejects.toThrow(what);
      await to.add(file("b"));
    });
    expect(layer.index.entries.map(each => each.path)).toEqual(["b"]);
  });
});

describe("content", () => {
  it.each([
    ["short", ["abc"], "ends after 3 of 5 bytes"],
    ["long", ["abc", "def"], "goes on after its 5 bytes"],
  ])("a %s stream spoils the layer", async (_, chunks, message) => {
    const builder = createLayerBuilder({ folder: tempFolder(), clock: 0 });
    await expect(builder.add(file("a"), { stream: slowly(...chunks), size: 5 })).rejects.toThrow(message);
    await expect(builder.add(file("b"))).rejects.toThrow(message);
    await expect(builder.finish(signal)).rejects.toThrow(message);
    await builder.discard();
  });

  it("a stream that does not end is left after its size", async () => {
    const builder = createLayerBuilder({ folder: tempFolder(), clock: 0 });
    async function* endless() {
      for (;;) yield Buffer.from("abc");
    }
    const added = builder.add(file("a"), { stream: endless(), size: 5 });
    await expect(added).rejects.toMatchObject({ code: "content-size" });
    await builder.discard();
  });

  it("a sparse map must be ordered and within the file", async () => {
    await layerOf(async to => {
      for (const runs of [
        [
          [4, 2],
          [0, 2],
        ],
        [[0, 9]],
        [[0, -1]],
        [[1.5, 1]],
      ] as [number, number][][]) {
        const added = to.add(file("a"), { stream: slowly("abcd"), size: 8, runs });
        await expect(added).rejects.toMatchObject({ code: "bad-runs" });
      }
    });
  });

  it("comes from host files, small and large, byte for byte", async () => {
    const host = tempFolder();
    const large = Buffer.alloc(2_500_001, "0123456789");
    writeFileSync(join(host, "small"), "small");
    writeFileSync(join(host, "large"), large);
    const layer = await layerOf(async to => {
      await to.add(file("small"), { file: join(host, "small") });
      await to.add(file("large"), { file: join(host, "large") });
    });
    expect(bytesOf(layer, "small")).toBe("small");
    expect(bytesOf(layer, "large")).toBe(large.toString());
  });

  it.each([100_000, 5_000_000])(
    "a hole of a %i byte host file stays a hole, wherever the disk stores it",
    async size => {
      const host = tempFolder();
      const sparse = join(host, "sparse");
      writeFileSync(sparse, "head");
      truncateSync(sparse, size);
      appendFileSync(sparse, "tail");
      writeFileSync(join(host, "dense"), readFileSync(sparse));
      const [first, second] = await Promise.all(
        ["sparse", "dense"].map(name => layerOf(to => to.add(file("a"), { file: join(host, name) }))),
      );
      expect(first?.digest).toBe(second?.digest);
      expect(first?.bytes).toBeLessThan(16_000);
      const tail = size - (size % 4096);
      expect(first?.index.entries[0]).toMatchObject({
        size: size + 4,
        runs: [
          [0, 4096],
          [tail, size + 4 - tail],
        ],
      });
    },
  );

  it("a host file that changes while it is read is noticed", async () => {
    const host = join(tempFolder(), "a");
    writeFileSync(host, Buffer.alloc(40_000_000, 1));
    const builder = createLayerBuilder({ folder: tempFolder(), clock: 0 });
    const added = builder.add(file("a"), { file: host });
    setTimeout(() => appendFileSync(host, "more"), 5);
    await expect(added).rejects.toMatchObject({ code: "file-changed" });
    await builder.discard();
  });

  it("a missing file, a folder and a named pipe are Failures, at once", async () => {
    const host = tempFolder();
    const { execFileSync } = await import("node:child_process");
    execFileSync("mkfifo", [join(host, "pipe")]);
    const layer = await layerOf(async to => {
      for (const path of [join(host, "missing"), host, join(host, "pipe")]) {
        await expect(to.add(file("a"), { file: path })).rejects.toMatchObject({ code: "file-unreadable" });
      }
    });
    expect(layer.index.entries).toEqual([]);
  });
});

describe("the end", () => {
  it("discard() leaves nothing, also after a failed finish()", async () => {
    const into = tempFolder();
    const builder = createLayerBuilder({ folder: into, clock: 0 });
    await builder.add(file("a"), text("a"));
    await expect(builder.finish(AbortSignal.abort())).rejects.toThrow();
    await builder.discard();
    await builder.discard();
    expect(readdirSync(into)).toEqual([]);
  });

  it("discard() after finish() leaves the tar to its new owner", async () => {
    const builder = createLayerBuilder({ folder: tempFolder(), clock: 0 });
    const layer = await builder.finish(signal);
    await builder.discard();
    expect(existsSync(layer.blob)).toBe(true);
    await expect(builder.add(file("a"))).rejects.toThrow("finished");
  });

  it("an abort ends a large copy early", async () => {
    const abort = new AbortController();
    const builder = createLayerBuilder({ folder: tempFolder(), clock: 0, signal: abort.signal });
    async function* endless() {
      for (;;) {
        yield Buffer.alloc(1024);
        abort.abort();
      }
    }
    await expect(builder.add(file("a"), { stream: endless(), size: 1e12 })).rejects.toThrow("abort");
    await builder.discard();
  });
});

async function* slowly(...parts: string[]) {
  for (const part of parts) {
    await new Promise(resolve => setTimeout(resolve, 2));
    yield Buffer.from(part);
  }
}
