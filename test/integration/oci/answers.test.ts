import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyRegistry } from "../../../src/core/stages/oci/applyImage.ts";
import { parseReference } from "../../../src/core/stages/oci/reference.ts";
import { block, tarOf } from "../../unit/tar/tarBytes.ts";
import { type LocalRegistry, startRegistry } from "./localRegistry.ts";
import { type OciBench, openOciBench } from "./ociBench.ts";
import { sha256, writeLayout } from "./testImages.ts";

let bench: OciBench;
let registry: LocalRegistry;
/** With the images `old`, `new` and, for two platforms, `many`. */
let layout: string;
const before = tarOf(block({ name: "before", body: "before" }));
const after = tarOf(block({ name: "after", body: "after" }));

beforeAll(async () => {
  bench = await openOciBench();
  registry = await startRegistry(bench.folder);
  layout = await writeLayout(join(bench.folder, "layout"), {
    old: { layers: [{ tar: before }] },
    new: { layers: [{ tar: after }] },
    many: [{ layers: [{ tar: before }] }, { layers: [{ tar: after }], architecture: "arm64" }],
  });
});
afterAll(async () => {
  await registry.stop();
  await bench.close();
});

const image = (name: string) => `${registry.host}/test/${name}`;

describe("a tag", () => {
  it("is asked for once, and again when asked to be fresh", async () => {
    const host = bench.hostWith("moving-cache");
    await registry.push(layout, "old", "test/moving:latest");
    const first = await bench.build(image("moving"), { host });
    await registry.push(layout, "new", "test/moving:latest");
    registry.requests();
    const second = await bench.build(image("moving"), { host });
    expect(registry.requests()).toEqual([]);
    expect([second.worked, second.plan.stages[0]?.key]).toEqual([false, first.plan.stages[0]?.key]);
    const fresh = await bench.build(image("moving"), { host, fresh: true });
    expect(fresh.tree.get("after")).toBeDefined();
    // The new answer is now the one that is remembered.
    expect((await bench.build(image("moving"), { host })).tree.get("after")).toBeDefined();
  });

  it("resolves to facts by which the same image is fetched when the tag has moved on", async () => {
    await registry.push(layout, "old", "test/held:latest");
    const { plan } = await bench.build(image("held"), { host: bench.hostWith("held-1") });
    const facts = plan.stages[0]?.resolved;
    expect(facts).toMatchObject({ image: `${image("held")}:latest`, platform: "linux/amd64" });
    await registry.push(layout, "new", "test/held:latest");
    const reference = parseReference(image("held"));
    if (typeof reference === "string") throw new Error(reference);
    const adopted: string[] = [];
    const host = bench.hostWith("held-2");
    const context = {
      ...{ host, signal: new AbortController().signal, clock: 0, arch: "x86_64" },
      ...{ log: () => {}, progress: () => {}, warn: () => {} },
      adopt: (layer: { digest: string }) => adopted.push(layer.digest),
      scratch: async () => {
        return mkdtemp(join(bench.folder, "scratch-"));
      },
    };
    await applyRegistry(reference, facts ?? null, context as never);
    expect(adopted).toEqual([sha256(before)]);
    await expect(
      applyRegistry(reference, { ...(facts as object), digest: "sha256:../../x" } as never, context as never),
    ).rejects.toMatchObject({ code: "lock-invalid" });
  });
});

describe("a digest", () => {
  it("is never asked for again, and holds whether it names the list or the platform's manifest", async () => {
    await registry.push(layout, "many", "test/many:1.0");
    const many = await bench.build(image("many:1.0"));
    const { digest } = (many.plan.stages[0]?.resolved ?? {}) as { digest: string };
    const list = await listDigest(image("many:1.0"));
    const host = bench.hostWith("pinned");
    for (const pinned of [digest, list, `1.0@${list}`]) {
      const name = pinned.startsWith("sha256") ? `${image("many")}@${pinned}` : image(`many:${pinned}`);
      const built = await bench.build(name, { host });
      expect(built.tree.get("before")).toBeDefined();
      registry.requests();
      await bench.build(name, { host, fresh: true });
      expect(registry.requests()).toEqual([]);
    }
  });
});

async function listDigest(name: string): Promise<string> {
  const [host, repository, tag] = /^([^/]+)\/(.+):([^:]+)$/.exec(name)?.slice(1) ?? [];
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, {
    headers: { accept: "application/vnd.oci.image.index.v1+json" },
  });
  return answer.headers.get("docker-content-digest") ?? "";
}
