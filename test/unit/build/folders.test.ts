import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { explainCacheUnusable } from "../../../src/core/build/cacheUnusable.ts";
import { makeFolders } from "../../../src/core/build/makeFolders.ts";
import { Failure } from "../../../src/core/failure.ts";

const folder = mkdtempSync(join(tmpdir(), "whittle-folders-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("makeFolders makes all that is missing and says which was the highest", () => {
  expect(makeFolders(join(folder, "a/b/c"))).toBe(join(folder, "a"));
  expect(existsSync(join(folder, "a/b/c"))).toBe(true);
  expect(makeFolders(join(folder, "a/b/c"))).toBeUndefined();
  expect(makeFolders(join(folder, "a/b/d"))).toBe(join(folder, "a/b/d"));
});

test("makeFolders fails, and ends, where a folder takes no new ones or a file is in the way", () => {
  expect(() => makeFolders("/proc/whittle/out")).toThrow(/ENOENT/);
  writeFileSync(join(folder, "file"), "");
  expect(() => makeFolders(join(folder, "file/below"))).toThrow(/EEXIST|ENOTDIR/);
});

test("a cache folder that may not be written is explained; other errors are passed on", () => {
  const refused = (path: string) => Object.assign(new Error("refused"), { code: "EACCES", path });
  expect(explainCacheUnusable(refused("/c/apt/update.lock"), "/c")).toMatchObject({
    code: "cache-unusable",
    message: "The cache folder /c cannot be used: EACCES on /c/apt/update.lock.",
  });
  expect(explainCacheUnusable(refused("/c"), "/c/whittle")).toBeInstanceOf(Failure);
  const elsewhere = refused("/cat/x");
  expect(explainCacheUnusable(elsewhere, "/c")).toBe(elsewhere);
});
