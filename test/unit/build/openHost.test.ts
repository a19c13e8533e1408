import { expect, test } from "vitest";
import { openHost } from "../../../src/core/host/openHost.ts";

const cacheDir = (env: Record<string, string>, setting?: string): string =>
  openHost({ env, cacheDir: setting }).cacheDir;

test("the cache folder: $WHITTLE_CACHE, the setting, $XDG_CACHE_HOME, then ~/.cache", () => {
  const env = { WHITTLE_CACHE: "/a", XDG_CACHE_HOME: "/x", HOME: "/h" };
  expect(cacheDir(env, "/s")).toBe("/a");
  expect(cacheDir({ ...env, WHITTLE_CACHE: "" }, "/s")).toBe("/s");
  expect(cacheDir({ ...env, WHITTLE_CACHE: "" })).toBe("/x/whittle");
  expect(cacheDir({ XDG_CACHE_HOME: "relative", HOME: "/h" })).toBe("/h/.cache/whittle");
});

test("there is room for at least one job", () => {
  expect(openHost().jobs).toBeGreaterThanOrEqual(1);
});
