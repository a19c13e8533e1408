import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../../src/core/build/digest.ts";
import { openToolbox } from "../../../src/core/host/toolbox.ts";
import { adoptLayers } from "../../../src/core/stages/oci/adoptLayers.ts";
import type { StageContext } from "../../../src/core/stages/stage.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { readTreeFile } from "../../../src/core/tree/readFile.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { block, pax, tarOf } from "../tar/tarBytes.ts";
import { tempFolder } from "../tree/layers.ts";

const folder = (name: string, more: Parameters<typeof block>[0] = {}) =>
  block({ name: `${name}/`, flag: "5", mode: 0o755, ...more });

async function adopt(...tars: readonly Buffer[]) {
  const root = tempFolder();
  const log: string[] = [];
  const warnings: string[] = [];
  const layers: Layer[] = [];
  const context = {
    ...{ signal: new AbortController().signal, clock: 7, arch: "x86_64" },
    host: { arch: "x86_64", cacheDir: root, tools: openToolbox({}), env: {}, jobs: 1 },
    scratch: () => Promise.resolve(mkdtempSync(join(root, "scratch-"))),
    log: (line: string) => log.push(line),
    warn: (line: string) => warnings.push(line),
    progress: () => {},
    adopt: (layer: Layer) => layers.push(layer),
  };
  const facts = tars.map((tar, at) => {
    const blob = gzipSync(tar);
    const path = join(root, `${at}.gz`);
    writeFileSync(path, blob);
    const place = { path, start: 0, length: blob.length };
    return { place, digest: `sha256:${sha256(blob)}`, size: blob.length, diffId: `sha256:${sha256(tar)}` };
  });
  const image = { image: "it", digest: "", platform: "linux/amd64", layers: facts };
  const place = (layer: unknown) => Promise.resolve((layer as (typeof facts)[number]).place);
  await adoptLayers(image, { place }, context as unknown as StageContext);
  const tree = stackLayers([layers]);
  const text = async (path: string) => {
    const file = tree.get(path);
    if (file?.type !== "file") throw new Error(`There is no file ${path}.`);
    return (await readTreeFile(file)).toString();
  };
  return { layers, tree, log, warnings, text };
}

describe("the layers of an image", () => {
  it("are taken byte for byte where they can be", async () => {
    const tars = [tarOf(block({ name: "a", body: "a" })), tarOf(block({ name: ".wh.a" })), tarOf()];
    const { layers, tree, log } = await adopt(...tars);
    expect(layers.map(each => readFileSync(each.blob))).toEqual(tars);
    expect(layers.map(each => [each.digest, each.bytes])).toEqual(tars.map(tar => [sha256(tar), tar.length]));
    expect(tree.entries).toEqual([]);
    expect(log).toEqual(["3 layers, 1 entries"]);
  });

  it("that name a path twice are written anew, and the last one counts", async () => {
    const tar = tarOf(
      block({ name: "a", body: "first" }),
      block({ name: "b", flag: "1", link: "a" }),
      block({ name: "a", body: "last" }),
    );
    const { layers, log, text } = await adopt(tar);
    expect([await text("a"), await text("b")]).toEqual(["last", "first"]);
    expect(layers[0]?.digest).not.toBe(sha256(tar));
    expect(layers[0]?.digest).toBe(sha256(readFileSync(layers[0]?.blob ?? "")));
    expect(log[0]).toContain('written anew: "a" comes more than once');
  });

  it("bring up with them what they link to in a lower layer", async () => {
    const lower = tarOf(
      block({ name: "a", body: "shared", mode: 0o4711, uid: 3 }),
      block({ name: "s", flag: "2", link: "a" }),
    );
    const upper = tarOf(
      block({ name: "b", flag: "1", link: "a" }),
      block({ name: "c", flag: "1", link: "a" }),
      block({ name: "t", flag: "1", link: "s" }),
    );
    const { layers, tree, text } = await adopt(lower, upper);
    expect(layers[1]?.index.entries.map(each => each.path)).toEqual(["a", "b", "c", "s", "t"]);
    expect(tree.get("c")).toMatchObject({ hardLink: "a", mode: 0o4711, uid: 3 });
    expect(tree.get("t")).toMatchObject({ type: "symlink", target: "a" });
    expect(await text("b")).toBe("shared");
  });

  it("may hide all below them", async () => {
    const lower = tarOf(folder("etc"), block({ name: "etc/a" }), block({ name: "b" }));
    const upper = tarOf(block({ name: ".wh..wh..opq" }), block({ name: "c", body: "c" }));
    const { tree } = await adopt(lower, upper);
    expect(tree.entries.map(each => each.path)).toEqual(["c"]);
  });

  it("put a folder in the place of a link, as an image means it", async () => {
    const lower = tarOf(
      folder("usr"),
      folder("usr/lib"),
      block({ name: "usr/lib/a" }),
      block({ name: "lib", flag: "2", link: "usr/lib" }),
    );
    const upper = tarOf(folder("lib"), block({ name: "lib/b", body: "b" }));
    const twice = tarOf(
      folder("lib"),
      block({ name: "lib/b", body: "1" }),
      block({ name: "lib/b", body: "2" }),
    );
    for (const tar of [upper, twice]) {
      const { tree } = await adopt(lower, tar);
      expect(tree.entries.map(each => each.path)).toEqual(["lib", "lib/b", "usr", "usr/lib", "usr/lib/a"]);
      expect(tree.get("lib")?.type).toBe("directory");
    }
    // Without an entry for the folder itself, the link is followed.
    const { tree } = await adopt(lower, tarOf(block({ name: "lib/b", body: "b" })));
    expect(tree.get("lib")?.type).toBe("symlink");
    expect(tree.get("usr/lib/b")).toBeDefined();
  });

  it("are refused for entries that must not come into a tree, which are named", async () => {
    const good = tarOf(block({ name: "good" }));
    const cases = [
      tarOf(block({ name: "../out" })),
      tarOf(block({ name: "out", flag: "1", link: "none" })),
      tarOf(block({ name: "out", flag: "2", link: "/" }), block({ name: "out/x" })),
      tarOf(folder("out"), block({ name: "out/x" }), block({ name: "out", flag: "2", link: "/" })),
    ];
    for (const bad of cases) {
      await expect(adopt(good, bad)).rejects.toMatchObject({
        code: "oci-refused",
        message: expect.stringMatching(/^Layer 2 of it cannot be used\. .*out/),
      });
    }
  });

  it("lose their access control lists with a warning", async () => {
    const { warnings } = await adopt(tarOf(pax([["SCHILY.acl.access", "user::rwx"]]), block({ name: "a" })));
    expect(warnings).toEqual(["1 entries of the image have POSIX access control lists, which are left out."]);
  });

  it("may be none", async () => {
    expect((await adopt()).warnings).toEqual(["it has no layers: it adds nothing."]);
  });
});
