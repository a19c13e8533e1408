import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cacheUsage, clearCache, pruneCache, verifyCache } from "../../../src/core/build/cache.ts";
import { loadTree } from "../../../src/core/build/loadTree.ts";
import { storePaths, usedKeysFile } from "../../../src/core/build/storePaths.ts";
import { makeTempFolder } from "../../../src/core/build/tempFolder.ts";
import { makeWorkplace, type Workplace } from "../../fixtures/build/workplace.ts";

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
});
afterEach(() => place.remove());

const text = (path: string) => ["text", { path, content: path }, path] as const;
const tree = async (path: string) => loadTree(await place.plan([text(path)]), place.host);
const blobs = (): string[] => readdirSync(storePaths(place.host.cacheDir).blobs);

/** Makes everything in the store look as if it was last used `minutes` ago. */
function age(minutes: number): void {
  const { blobs: folder, keys } = storePaths(place.host.cacheDir);
  const at = Date.now() / 1000 - minutes * 60;
  for (const each of [keys, folder]) {
    for (const name of readdirSync(each)) utimesSync(join(each, name), at, at);
  }
}

test("the store is an OCI image layout", async () => {
  await place.build([text("a")]);
  const { store } = storePaths(place.host.cacheDir);
  expect(readdirSync(store).sort()).toEqual(["blobs", "index.json", "keys", "oci-layout"]);
});

test("usage tells layers, derived files and blobs that nobody needs apart", async () => {
  await place.build([text("a")]);
  writeFileSync(join(storePaths(place.host.cacheDir).blobs, "0".repeat(64)), "12345");
  const { parts, totalBytes } = await cacheUsage(place.host);
  const part = (name: string) => parts.find(each => each.name === name);
  expect(part("layers")?.files).toBe(2);
  expect(part("derived files")).toMatchObject({ files: 1, bytes: 6 });
  expect(part("unused")).toMatchObject({ files: 1, bytes: 5 });
  expect(totalBytes).toBe(parts.reduce((sum, each) => sum + each.bytes, 0));
});

test("what was used within ten minutes is never pruned", async () => {
  await place.build([text("a")]);
  expect(await pruneCache(place.host, { maxBytes: 0 })).toBe(0);
  expect(await tree("a")).toBeDefined();
});

test("clearing empties the cache, and what remains works", async () => {
  await place.build([text("a")]);
  expect(await clearCache(place.host)).toBeGreaterThan(1000);
  expect(blobs()).toEqual([]);
  await place.build([text("a")], undefined, { needTree: true });
  expect(await tree("a")).toBeDefined();
});

test("clearing spares what a running build works with", async () => {
  await place.build([text("a")]);
  const plan = await place.plan([text("a")]);
  const running = makeTempFolder(storePaths(place.host.cacheDir).temp);
  writeFileSync(join(running.path, usedKeysFile), JSON.stringify(plan.stages.map(stage => stage.key)));
  await clearCache(place.host);
  expect(await tree("a")).toBeDefined();
  expect(existsSync(running.path)).toBe(true);
});

test("pruning drops the keys used least recently until the rest fits", async () => {
  for (const path of ["a", "b", "c"]) await place.build([text(path)]);
  age(60);
  await tree("b");
  expect(await pruneCache(place.host, { maxBytes: 0 })).toBeGreaterThan(2000);
  expect(blobs()).toHaveLength(2);
  expect(await tree("a")).toBeUndefined();
  expect(await tree("b")).toBeDefined();
  expect(await tree("c")).toBeUndefined();
});

test("downloads go before layers, except young ones", async () => {
  const { downloads } = storePaths(place.host.cacheDir);
  await place.build([text("a")]);
  age(60);
  mkdirSync(downloads, { recursive: true });
  for (const name of ["young", "old"]) writeFileSync(join(downloads, name), "x".repeat(5000));
  utimesSync(join(downloads, "old"), 1000, 1000);
  const layers = (await cacheUsage(place.host)).parts.find(each => each.name === "layers")?.bytes ?? 0;
  expect(await pruneCache(place.host, { maxBytes: layers + 5006 })).toBe(5000);
  expect(readdirSync(downloads)).toEqual(["young"]);
  expect(await tree("a")).toBeDefined();
});

test("the helper VM counts as a part of the cache, and clearing takes it along", async () => {
  const { helper } = storePaths(place.host.cacheDir);
  mkdirSync(join(helper, "kernel-1"), { recursive: true });
  writeFileSync(join(helper, "kernel-1", "vmlinuz"), "x".repeat(5000));
  const found = (await cacheUsage(place.host)).parts.find(each => each.name === "helper VM");
  expect(found).toMatchObject({ bytes: 5000, files: 1 });
  expect(await clearCache(place.host)).toBeGreaterThanOrEqual(5000);
  expect(existsSync(helper)).toBe(false);
});

test("verifying finds a blob whose bytes changed; the next build makes it again", async () => {
  await place.build([text("a")]);
  expect(await verifyCache(place.host)).toEqual([]);
  const { blobs: folder } = storePaths(place.host.cacheDir);
  const victim = blobs()[0] ?? "";
  writeFileSync(join(folder, victim), "damaged");
  expect(await verifyCache(place.host)).toEqual([victim]);
  await place.build([text("a")], [["dump", {}, "again"]], { needTree: true });
  expect(await verifyCache(place.host)).toEqual([]);
  expect(await tree("a")).toBeDefined();
});
