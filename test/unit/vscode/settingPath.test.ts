import { expect, test } from "vitest";
import { settingPath } from "../../../src/vscode/settingPath.ts";

test("a path in a setting may start at home, at the workspace, or at the root", () => {
  expect(settingPath("~/cache", "/home/me", "/w")).toBe("/home/me/cache");
  expect(settingPath("~", "/home/me", "/w")).toBe("/home/me");
  expect(settingPath("cache", "/home/me", "/w")).toBe("/w/cache");
  expect(settingPath("/var/cache", "/home/me", "/w")).toBe("/var/cache");
  expect(settingPath("~other", "/home/me", "/w")).toBe("/w/~other");
});

test("an empty setting says nothing", () => {
  expect(settingPath(" ", "/home/me", "/w")).toBeUndefined();
});
