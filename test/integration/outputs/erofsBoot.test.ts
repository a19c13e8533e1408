import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { erofs } from "../../../src/core/outputs/erofs.ts";
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

const drivers = /drivers\/(virtio|block)\/|fs\/(erofs|overlayfs)\/|lib\/|crypto\//;

describe("Debian's kernel and a root of erofs", () => {
  it("boots with all of the tree, and writes to memory", async () => {
    const tree = await system.tree(drivers);
    const context = bench.context(tree);
    const { files } = await makeOutput(erofs, {}, context);
    const media = erofs.boot?.({}, files);
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
    const { files } = await makeOutput(erofs, given, context);
    const media = erofs.boot?.(given, files);
    if (!media) throw new Error("It cannot be booted.");
    const said = await bootOnce(context.host, media);
    await expectTree(said, tree);
    expect(said).toMatch(/root: \/dev\/\S+ \/ erofs ro/);
    expect(said).not.toContain("now: changed");
  });

  it("is refused without the module for it, with its name", async () => {
    const context = bench.context(await system.tree(/drivers\/(virtio|block)\/|fs\/overlayfs\//));
    const failure = await failureOf(makeOutput(erofs, {}, context));
    expect(failure.code).toBe("kernel-driver-missing");
    expect(failure.message).toContain("the driver erofs");
  });
});
