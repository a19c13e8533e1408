import { expect, test } from "vitest";
import { outputToPush, ownReference } from "../../../src/core/push/outputToPush.ts";
import { recipeOf } from "../../fixtures/build/recipe.ts";

const recipe = (...outputs: Parameters<typeof recipeOf>[2] & {}) => recipeOf("/w", [], outputs);

test("the only container image is pushed, or the output that is named", () => {
  expect(outputToPush(recipe(["tar", {}], ["oci", {}, "image"]), undefined).name).toBe("image");
  expect(outputToPush(recipe(["tar", {}], ["oci", {}]), "tar").kind).toBe("tar");
});

test("without one, with several, or with an unknown name it is a wrong call that names the outputs", () => {
  const failing = (message: string, advice: string) =>
    expect.objectContaining({ code: "usage", message, advice: expect.stringContaining(advice) });
  expect(() => outputToPush(recipe(["tar", {}]), undefined)).toThrow(
    failing("The recipe fixture has no container image.", "Its outputs: tar."),
  );
  expect(() => outputToPush(recipe(["oci", {}, "a"], ["oci", {}, "b"]), undefined)).toThrow(
    failing("The recipe fixture has several container images.", "Its outputs: a, b."),
  );
  expect(() => outputToPush(recipe(), "disk")).toThrow(
    failing("The recipe fixture has no output disk.", "Its outputs: none."),
  );
});

test("a recipe says where its image goes when its tag names a registry or user", () => {
  const tagged = (tag?: string) =>
    ownReference(outputToPush(recipe(["oci", { ...(tag && { tag }) }]), undefined));
  expect(tagged("ghcr.io/ann/boots:1.0")).toBe("ghcr.io/ann/boots:1.0");
  expect(tagged("boots:1.0")).toBeUndefined();
  expect(tagged()).toBeUndefined();
});
