import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { block, tarOf } from "../../unit/tar/tarBytes.ts";
import { type LocalRegistry, startRegistry } from "./localRegistry.ts";
import { failureOf, type OciBench, openOciBench } from "./ociBench.ts";
import { plainReading, readingOf } from "./plainReading.ts";
import { gnuLayer, sampleLayers } from "./sampleLayers.ts";
import { sha256, writeLayout } from "./testImages.ts";

let bench: OciBench;
let registry: LocalRegistry;
const { base, upper } = sampleLayers();
const other = tarOf(block({ name: "only-in-other", body: "other" }));
const arm = tarOf(block({ name: "arm", body: "arm" }));
let gnu: Buffer;

beforeAll(async () => {
  bench = await openOciBench();
  registry = await startRegistry(bench.folder);
  gnu = await gnuLayer(bench.folder);
  const layout = await writeLayout(join(bench.folder, "layout"), {
    sample: { layers: [{ tar: base }, { tar: upper }, { tar: gnu }] },
    sibling: { layers: [{ tar: base }, { tar: other }] },
    zstd: {
      layers: [
        {
          tar: other,
          blob: zstdCompressSync(other),
          mediaType: "application/vnd.oci.image.layer.v1.tar+zstd",
        },
        { tar: arm, blob: arm, mediaType: "application/vnd.oci.image.layer.v1.tar" },
      ],
    },
    many: [
      { layers: [{ tar: other }] },
      { layers: [{ tar: arm }], architecture: "arm64", variant: "v8" },
      { layers: [{ tar: base }], architecture: "riscv64" },
    ],
    riscv: [{ layers: [{ tar: base }], architecture: "riscv64" }],
    s390: { layers: [{ tar: base }], architecture: "s390x" },
  });
  for (const name of ["sample", "sibling", "zstd", "many", "riscv", "s390"])
    await registry.push(layout, name, `test/${name}:1.0`);
  registry.requests();
});
afterAll(async () => {
  await registry.stop();
  await bench.close();
});

const image = (name: string) => `${registry.host}/test/${name}`;
const blobsAsked = () => registry.requests().filter(each => /^GET \S+\/blobs\//.test(each));

describe("an image in a registry", () => {
  it("gives its layers byte for byte, and the tree that a plain reading of them gives", async () => {
    const built = await bench.build(image("sample:1.0"));
    expect(built.layers.map(each => each.digest)).toEqual([base, upper, gnu].map(sha256));
    const blobs = await Promise.all(built.layers.map(each => readFile(each.blob)));
    expect(blobs).toEqual([base, upper, gnu]);
    expect(built.log.join("\n")).not.toContain("written anew");
    const reading = await plainReading(built.layers.map(each => each.blob));
    expect(Object.keys(reading).length).toBeGreaterThan(20);
    expect(await readingOf(built.tree, path => path in reading)).toEqual(reading);
    const invented = built.tree.entries.filter(each => !(each.path in reading));
    expect(invented.map(each => each.path)).toEqual(["long", `long/${"n".repeat(120)}`]);
  });

  it("keeps hard links, sparse files and capabilities", async () => {
    const { tree } = await bench.build(image("sample:1.0"));
    expect(tree.get("data/two")).toMatchObject({ hardLink: "data/one", mode: 0o2755, uid: 5, gid: 60 });
    expect(tree.get("data/sparse")).toMatchObject({ size: 4 * 1024 * 1024 + 3 });
    expect(tree.get("data/sparse")).toHaveProperty("runs");
    expect(tree.get("bin/ping")?.xattrs).toHaveProperty(["security.capability"]);
    // The other name of the file that the upper layer replaced.
    expect(tree.get("bin/sg")).toMatchObject({ mode: 0o4755, size: 2 });
  });

  it("is the same from two empty caches", async () => {
    const keys = [];
    const trees = [];
    for (const cache of ["first", "second"]) {
      const built = await bench.build(image("sample:1.0"), { host: bench.hostWith(cache) });
      keys.push(built.plan.stages[0]?.key);
      trees.push(built.layers.map(({ digest, index }) => ({ digest, index })));
    }
    expect(keys[1]).toBe(keys[0]);
    expect(trees[1]).toEqual(trees[0]);
  });

  it("shares layers with other images: what is here is not fetched again", async () => {
    const host = bench.hostWith("shared");
    await bench.build(image("sample:1.0"), { host });
    registry.requests();
    const built = await bench.build(image("sibling:1.0"), { host });
    const blobs = blobsAsked();
    expect(blobs.some(each => each.includes(sha256(readBlob(other))))).toBe(true);
    expect(blobs.some(each => each.includes(sha256(readBlob(base))))).toBe(false);
    expect(built.tree.get("only-in-other")).toBeDefined();
  });

  it("fetches nothing twice when two stages want it at once", async () => {
    const host = bench.hostWith("at-once");
    registry.requests();
    await Promise.all(["sample", "sibling"].map(name => bench.build(image(`${name}:1.0`), { host })));
    const blobs = blobsAsked();
    expect(blobs.filter(each => each.includes(sha256(readBlob(base)))).length).toBe(1);
  });

  it("tells how many bytes have come", async () => {
    const { progress } = await bench.build(image("sample:1.0"), { host: bench.hostWith("progress") });
    expect(progress.length).toBeGreaterThan(0);
    const [done, total] = progress.at(-1) ?? [0, 1];
    expect(done).toBe(total);
  });

  it("reads zstd and uncompressed layers", async () => {
    const built = await bench.build(image("zstd:1.0"));
    expect(built.layers.map(each => each.digest)).toEqual([other, arm].map(sha256));
  });
});

/** The blob that writeLayout() makes of a layer by default. */
function readBlob(tar: Buffer): Buffer {
  const found = blobs.get(sha256(tar));
  if (!found) throw new Error("There is no such blob.");
  return found;
}
const blobs = new Map<string, Buffer>();
beforeAll(async () => {
  const folder = join(bench.folder, "layout/blobs/sha256");
  for (const name of await readdir(folder)) {
    const blob = await readFile(join(folder, name));
    if (blob[0] === 0x1f) blobs.set(sha256(gunzipSync(blob)), blob);
  }
});

describe("platforms", () => {
  it("are chosen by the recipe's processor", async () => {
    const intel = await bench.build({ image: image("many:1.0") });
    const armed = await bench.build({ image: image("many:1.0") }, { arch: "aarch64" });
    expect([intel.tree.get("only-in-other"), intel.tree.get("arm")]).toEqual([expect.anything(), undefined]);
    expect([armed.tree.get("only-in-other"), armed.tree.get("arm")]).toEqual([undefined, expect.anything()]);
  });

  it.each([
    ["riscv:1.0", "linux/riscv64"],
    ["s390:1.0", "linux/s390x"],
  ])("that are missing are named (%s)", async (name, there) => {
    const failure = await failureOf(bench.build({ image: image(name) }));
    expect(failure.code).toBe("oci-platform-missing");
    expect(failure.message).toBe(`There is no ${image(name)} for linux/amd64. It is there for ${there}.`);
    expect(failure.range?.start).toEqual({ line: 10, column: 2 });
  });
});
