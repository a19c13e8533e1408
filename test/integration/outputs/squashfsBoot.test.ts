import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { squashfs } from "../../../src/core/outputs/squashfs.ts";
import { bootOnce } from "./bootOnce.ts";
import { removeKernel } from "./cloudKernel.ts";
import { type Bench, failureOf, makeOutput, openBench } from "./outputBench.ts";
import { expectTree } from "./readOnlyBoot.ts";
import { type ReadOnlySystem, readOnlySystem } from "./readOnlySystem.ts";

let bench: Bench;
let system: ReadOnlySystem;
beforeAll(async () => {
  bench = await openBench();
  system = await readOnlySystem(bench, bench.context(await bench.tree()).host);
});
afterAll(async () => {
  await removeKernel(system.kernel);
  await bench.close();
});

const drivers = /drivers\/(virtio|block)\/|fs\/(squashfs|overlayfs)\/|lib\/|crypto\//;

describe("Debian's kernel and a root of squashfs", () => {
  it("boots with all of the tree, and writes to memory", async () => {
    const tree = await system.tree(drivers);
    const context = bench.context(tree);
    const { files } = await makeOutput(squashfs, {}, context);
    const media = squashfs.boot?.({}, files);
    if (!media) throw new Error("It cannot be booted.");
    const said = await bootOnce(context.host, media);
    await expectTree(said, tree);
    expect(said).toMatch(/root: overlay \/ overlay rw/);
    expect(said).toContain("now: changed");
  });

  it("boots without an overlay to a root that cannot be written to", async () => {
    const tree = await system.tree(drivers);
    const context = bench.context(tree);
    const given = { overlay: false };
    const { files } = await makeOutput(squashfs, given, context);
    const media = squashfs.boot?.(given, files);
    if (!media) throw new Error("It cannot be booted.");
    const said = await bootOnce(context.host, media);
    await expectTree(said, tree);
    expect(said).toMatch(/root: \/dev\/\S+ \/ squashfs ro/);
    expect(said).not.toContain("now: changed");
  });

  it("is refused without the module for it, with its name", async () => {
    const context = bench.context(await system.tree(/drivers\/(virtio|block)\/|fs\/overlayfs\//));
    const failure = await failureOf(makeOutput(squashfs, {}, context));
    expect(failure.code).toBe("kernel-driver-missing");
    expect(failure.message).toContain("the driver squashfs");
  });
});
