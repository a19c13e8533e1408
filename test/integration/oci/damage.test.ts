import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { block, tarOf } from "../../unit/tar/tarBytes.ts";
import { type LocalRegistry, startRegistry } from "./localRegistry.ts";
import { failureOf, type OciBench, openOciBench } from "./ociBench.ts";
import { sha256, writeLayout } from "./testImages.ts";

let bench: OciBench;
let registry: LocalRegistry;
let layout: string;
const before = tarOf(block({ name: "before", body: "before" }));
const after = tarOf(block({ name: "after", body: "after" }));

beforeAll(async () => {
  bench = await openOciBench();
  registry = await startRegistry(bench.folder);
  layout = await writeLayout(join(bench.folder, "layout"), {
    two: { layers: [{ tar: before }, { tar: after }] },
    bad: { layers: [{ tar: tarOf(block({ name: "bad", body: "bad".repeat(1000) })) }] },
    lying: { layers: [{ tar: before }], claimed: [after] },
  });
});
afterAll(async () => {
  await registry.stop();
  await bench.close();
});

const image = (name: string) => `${registry.host}/test/${name}`;

describe("damage", () => {
  it("in the registry's store is refused", async () => {
    await registry.push(layout, "bad", "test/bad:1.0");
    const digest = await layerDigest("bad:1.0");
    const data = join(
      registry.storage,
      "docker/registry/v2/blobs/sha256",
      digest.slice(0, 2),
      digest,
      "data",
    );
    const bytes = await readFile(data);
    bytes[40] = (bytes[40] ?? 0) ^ 0xff;
    await writeFile(data, bytes);
    const failure = await failureOf(bench.build(image("bad:1.0")));
    expect(failure.code).toBe("oci-damaged");
    expect(failure.message).toContain(digest);
    expect(failure.range).toBeDefined();
    await rm(data);
    const gone = await failureOf(bench.build(image("bad:1.0")));
    expect(gone.code).toBe("oci-damaged");
    expect(gone.message).toContain("no longer all of its layers");
  });

  it("in the cache is mended from the registry", async () => {
    const host = bench.hostWith("mended");
    await registry.push(layout, "two", "test/two:1.0");
    await bench.build(image("two:1.0"), { host });
    const blob = join(host.cacheDir, "downloads/oci/sha256", await layerDigest("two:1.0"));
    const bytes = await readFile(blob);
    bytes.fill(0x55, 30, 60);
    await writeFile(blob, bytes);
    await rm(join(host.cacheDir, "store"), { recursive: true });
    const built = await bench.build(image("two:1.0"), { host });
    expect(built.layers.map(each => each.digest)).toEqual([before, after].map(sha256));
    expect(built.log.join("\n")).toContain("fetching it again");
  });

  it("of an image whose configuration speaks of another tar is told", async () => {
    await registry.push(layout, "lying", "test/lying:1.0");
    const failure = await failureOf(bench.build(image("lying:1.0")));
    expect(failure.code).toBe("oci-damaged");
    expect(failure.message).toContain(sha256(after));
  });

  async function layerDigest(name: string): Promise<string> {
    const [repository, tag] = name.split(":");
    const answer = await fetch(`http://${registry.host}/v2/test/${repository}/manifests/${tag}`, {
      headers: { accept: "application/vnd.oci.image.manifest.v1+json" },
    });
    const manifest = (await answer.json()) as { layers: { digest: string }[] };
    return manifest.layers[0]?.digest.slice("sha256:".length) ?? "";
  }
});
