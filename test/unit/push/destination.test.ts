import { describe, expect, test } from "vitest";
import { parseDestination } from "../../../src/core/push/destination.ts";

describe("where to push to", () => {
  test.each([
    ["ghcr.io/ann/boots:1.0", [], "ghcr.io", "ann/boots", ["1.0"]],
    ["docker://ghcr.io/ann/boots", [], "ghcr.io", "ann/boots", ["latest"]],
    ["localhost:5000/boots", ["a", "b", "a"], "localhost:5000", "boots", ["a", "b"]],
    ["localhost:5000/boots:a", ["b", "a"], "localhost:5000", "boots", ["a", "b"]],
    [" ann/boots ", [], "docker.io", "ann/boots", ["latest"]],
    ["docker.io/ann/boots:2", [], "docker.io", "ann/boots", ["2"]],
  ])("%s with tags %j", (text, further, registry, repository, tags) => {
    expect(parseDestination(text, further)).toEqual({ registry, repository, tags });
  });

  test.each([
    ["boots:1.0", [], "names neither another registry"],
    ["docker.io/boots", [], "names neither another registry"],
    ["ghcr.io/Ann/boots", [], "capital letters"],
    [`ghcr.io/ann/boots@sha256:${"0".repeat(64)}`, [], "a digest follows"],
    ["ghcr.io/ann/boots:", [], "is no tag"],
    ["", [], "cannot be part of a name"],
    ["ghcr.io/ann/boots", ["a/b"], '"a/b" is no tag'],
    ["ghcr.io/ann/boots", ["a:b"], '"a:b" is no tag'],
    ["ghcr.io/ann/boots", [""], '"" is no tag'],
    ["ghcr.io/ann/boots", ["-a"], '"-a" is no tag'],
    ["ghcr.io/ann/boots", ["a".repeat(129)], "is no tag"],
  ])("%j with tags %j is refused", (text, further, message) => {
    expect(() => parseDestination(text, further)).toThrow(
      expect.objectContaining({ code: "push-reference", message: expect.stringContaining(message) }),
    );
  });
});
