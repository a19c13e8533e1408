import { describe, expect, it } from "vitest";
import { type ImageName, parseImageName } from "../../../src/core/stages/oci/imageName.ts";
import { isLoopbackRegistry, parseReference, referenceText } from "../../../src/core/stages/oci/reference.ts";
import { PlacedFailure } from "../stages/stageRun.ts";

const digest = `sha256:${"a".repeat(64)}`;

function full(text: string): string {
  const parsed = parseReference(text);
  return typeof parsed === "string" ? `wrong: ${parsed}` : referenceText(parsed);
}

describe("the name of an image", () => {
  it.each([
    ["alpine", "docker.io/library/alpine:latest"],
    ["alpine:3.22", "docker.io/library/alpine:3.22"],
    ["library/alpine", "docker.io/library/alpine:latest"],
    ["docker.io/alpine:3", "docker.io/library/alpine:3"],
    ["index.docker.io/alpine", "docker.io/library/alpine:latest"],
    ["user/image:tag_1.0-x", "docker.io/user/image:tag_1.0-x"],
    ["ghcr.io/a/b/c", "ghcr.io/a/b/c:latest"],
    ["localhost/a", "localhost/a:latest"],
    ["localhost:5000/a:1", "localhost:5000/a:1"],
    ["registry:5000/a", "registry:5000/a:latest"],
    ["[::1]:5000/a:1", "[::1]:5000/a:1"],
    ["Host/a", "Host/a:latest"],
    [`alpine@${digest}`, `docker.io/library/alpine@${digest}`],
    [`alpine:3.22@${digest}`, `docker.io/library/alpine@${digest}`],
    ["quay.io/a__b/c.d-e--f:V1", "quay.io/a__b/c.d-e--f:V1"],
  ])("%s is %s", (text, expected) => {
    expect(full(text)).toBe(expected);
  });

  it.each([
    ["Alpine", "capital"],
    ["user/Image", "capital"],
    ["", "cannot be part"],
    ["a//b", "cannot be part"],
    ["a/b/", "cannot be part"],
    ["a:b:c", "no tag"],
    ["a:-x", "no tag"],
    [`a:${"t".repeat(129)}`, "no tag"],
    ["a@sha256:123", "no digest"],
    [`a@${digest}@${digest}`, "more than one @"],
    ["https://docker.io/a", "is no host"],
    ["a b", "cannot be part"],
    ["-a.example/b", "is no host"],
    [`${"n/".repeat(130)}n`, "longer"],
  ])("%s is refused", (text, why) => {
    expect(full(text)).toMatch(/^wrong: /);
    expect(full(text)).toContain(why);
  });

  it("tells registries on this machine from all others", () => {
    const local = ["localhost", "localhost:5000", "127.0.0.1:1", "127.9.9.9", "[::1]:5000"];
    const far = ["docker.io", "localhost.example", "127.0.0.1.example:1", "0.0.0.0:1", "10.0.0.1"];
    for (const registry of local) expect(isLoopbackRegistry({ registry, repository: "a" })).toBe(true);
    for (const registry of far) expect(isLoopbackRegistry({ registry, repository: "a" })).toBe(false);
  });
});

describe("what a recipe calls an image", () => {
  const place = {
    baseDir: "/recipes",
    arch: "x86_64",
    recipe: { name: "r", version: undefined },
    fail: (...given: ConstructorParameters<typeof PlacedFailure>) => new PlacedFailure(...given),
  } as const;
  const parse = (text: string) => parseImageName(text, ["image"], place);
  const local = (path: string, more: Partial<ImageName> = {}) => ({ type: "local", path, ...more });

  it("is a path when it looks like one", () => {
    expect(parse("./a")).toEqual(local("/recipes/a"));
    expect(parse("../a/b.tar")).toEqual(local("/a/b.tar"));
    expect(parse("/x/y:1.0")).toEqual(local("/x/y", { name: "1.0" } as never));
    expect(parse("./y:docker.io/a:1")).toEqual(local("/recipes/y", { name: "docker.io/a:1" } as never));
    expect(parse(`./y@${digest}`)).toEqual(local("/recipes/y", { digest } as never));
    expect(parse("./a@b")).toEqual(local("/recipes/a@b"));
    expect(parse("oci:./a:1")).toEqual(local("/recipes/a", { name: "1" } as never));
    expect(parse("docker-archive:/a.tar")).toEqual(local("/a.tar"));
    expect(parse("oci-archive:../a.tar")).toEqual(local("/a.tar"));
  });

  it("is else the name of one in a registry", () => {
    const reference = { registry: "docker.io", repository: "library/oci", tag: "folder" };
    expect(parse("oci:folder")).toEqual({ type: "registry", reference });
    expect(parse("docker://alpine")).toMatchObject({ reference: { repository: "library/alpine" } });
  });

  it("is refused where it stands, with the ways to write it", () => {
    expect(() => parse("Alpine")).toThrow(
      expect.objectContaining({ code: "oci-reference", parameter: ["image"] }),
    );
    expect(() => parse("./a@sha256:12")).toThrow(expect.objectContaining({ code: "oci-reference" }));
  });
});
