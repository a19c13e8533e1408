import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nameFromPath, resolveRecipePath } from "../../../src/core/recipe/recipePath.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "whittle-path-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a file is taken as it is, a folder stands for the only recipe in it", async () => {
  const file = join(folder, "a.whittle.yaml");
  await writeFile(file, "");
  await writeFile(join(folder, "other.yaml"), "");
  expect(await resolveRecipePath(file)).toBe(file);
  expect(await resolveRecipePath(folder)).toBe(file);
});

test("a folder with several recipes names them all", async () => {
  await writeFile(join(folder, "a.whittle.yaml"), "");
  await writeFile(join(folder, "b.whittle.yaml"), "");
  const failed = resolveRecipePath(folder);
  await expect(failed).rejects.toMatchObject({ code: "which-recipe" });
  await expect(failed).rejects.toThrow(/a\.whittle\.yaml\n.*b\.whittle\.yaml/);
});

test("an empty folder, a missing path and another file name say so", async () => {
  await expect(resolveRecipePath(folder)).rejects.toMatchObject({ code: "no-recipe" });
  await expect(resolveRecipePath(join(folder, "no"))).rejects.toMatchObject({ code: "file-missing" });
  await writeFile(join(folder, "x.yaml"), "");
  await expect(resolveRecipePath(join(folder, "x.yaml"))).rejects.toMatchObject({ code: "not-a-recipe" });
});

test("a recipe's default name is fit for file names", () => {
  expect(nameFromPath("/a/boots.whittle.yaml")).toBe("boots");
  expect(nameFromPath("/a/my first image.whittle.yaml")).toBe("my-first-image");
  expect(nameFromPath("/a/.whittle.yaml")).toBe("image");
});
