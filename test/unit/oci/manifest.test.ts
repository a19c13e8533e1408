import { describe, expect, it } from "vitest";
import { sha256 } from "../../../src/core/build/digest.ts";
import { findImage, type ManifestSource } from "../../../src/core/stages/oci/findImage.ts";
import { isImageFacts } from "../../../src/core/stages/oci/imageFacts.ts";
import { parseManifest } from "../../../src/core/stages/oci/manifest.ts";

const digest = (text: string) => `sha256:${sha256(text)}`;
const layer = { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: digest("layer"), size: 5 };
const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: digest("config"), size: 6 };
const image = (changes: object) => JSON.stringify({ schemaVersion: 2, config, layers: [layer], ...changes });

describe("a manifest", () => {
  it.each([
    [
      "foreign layers",
      { layers: [{ ...layer, mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" }] },
      "does not let it be passed on",
    ],
    [
      "nondistributable layers",
      { layers: [{ ...layer, mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar" }] },
      "does not let it be passed on",
    ],
    ["encrypted layers", { layers: [{ ...layer, mediaType: `${layer.mediaType}+encrypted` }] }, "encrypted"],
    [
      "layers of another kind",
      { layers: [{ ...layer, mediaType: "application/vnd.cncf.helm.chart" }] },
      "unknown type",
    ],
    [
      "no image",
      { config: { ...config, mediaType: "application/vnd.cncf.helm.config.v1+json" } },
      "no file system",
    ],
    ["schema 1", { schemaVersion: 1 }, "schema 1"],
    ["other digests", { layers: [{ ...layer, digest: "sha512:abc" }] }, "only sha256"],
    ["sizes that are none", { layers: [{ ...layer, size: -1 }] }, "makes no sense"],
    ["no layers", { layers: undefined }, "no list of layers"],
  ])("with %s is refused", (_what, changes, words) => {
    expect(() => parseManifest(image(changes), "it")).toThrow(
      expect.objectContaining({ code: "oci-refused", message: expect.stringContaining(words) }),
    );
  });

  it("that is no JSON is refused", () => {
    for (const text of ["<html>", "[]", "null", ""])
      expect(() => parseManifest(text, "it")).toThrow(expect.objectContaining({ code: "oci-refused" }));
  });
});

/** A source of these texts, by digest; the first is what the name stands for. */
function sourceOf(...texts: readonly string[]): ManifestSource {
  const get = (wanted: string) => Promise.resolve(texts.find(each => digest(each) === wanted) ?? "damaged");
  return { image: "it", first: () => Promise.resolve(texts[0] ?? ""), manifest: get, config: get };
}

const configText = (changes: object = {}) =>
  JSON.stringify({ os: "linux", architecture: "amd64", rootfs: { diff_ids: [digest("tar")] }, ...changes });
const imageText = (text: string) => image({ config: { ...config, digest: digest(text) } });
const listText = (...items: readonly (readonly [text: string, platform?: object])[]) =>
  JSON.stringify({
    schemaVersion: 2,
    manifests: items.map(([text, platform]) => ({
      ...{ mediaType: "m", digest: digest(text), size: 1 },
      ...(platform ? { platform } : {}),
    })),
  });

describe("finding an image", () => {
  it("takes a single manifest", async () => {
    const text = imageText(configText());
    const facts = await findImage(sourceOf(text, configText()), "x86_64");
    expect(facts).toEqual({
      ...{ image: "it", digest: digest(text), platform: "linux/amd64" },
      layers: [{ digest: layer.digest, size: 5, diffId: digest("tar") }],
    });
    expect(isImageFacts(JSON.parse(JSON.stringify(facts)))).toBe(true);
  });

  it("prefers what runs on every processor of the kind, and passes over attestations", async () => {
    const [generic, v3] = [configText(), configText({ variant: "v3" })].map(imageText) as [string, string];
    const os = "linux";
    const list = listText(
      ["proof", { os: "unknown", architecture: "unknown" }],
      ["windows", { os: "windows", architecture: "amd64" }],
      [v3, { os, architecture: "amd64", variant: "v3" }],
      [generic, { os, architecture: "amd64" }],
    );
    const facts = await findImage(sourceOf(list, generic, v3, configText()), "x86_64");
    expect(facts.digest).toBe(digest(generic));
  });

  it("follows a list inside a list, but not for ever", async () => {
    const text = imageText(configText());
    const inner = listText([text, { os: "linux", architecture: "amd64" }]);
    const outer = listText([inner]);
    expect((await findImage(sourceOf(outer, inner, text, configText()), "x86_64")).digest).toBe(digest(text));
    let deep = inner;
    const all = [text, inner, configText()];
    for (let i = 0; i < 6; i++) {
      deep = listText([deep]);
      all.unshift(deep);
    }
    await expect(findImage(sourceOf(...all), "x86_64")).rejects.toMatchObject({ code: "oci-refused" });
  });

  it("names the platforms there are", async () => {
    const list = listText(
      ["a", { os: "linux", architecture: "arm", variant: "v7" }],
      ["b", { os: "linux", architecture: "arm64" }],
      ["c", { os: "unknown", architecture: "unknown" }],
    );
    await expect(findImage(sourceOf(list), "x86_64")).rejects.toMatchObject({
      code: "oci-platform-missing",
      message: "There is no it for linux/amd64. It is there for linux/arm/v7, linux/arm64.",
    });
  });

  it("believes an image that does not say its platform", async () => {
    const silent = configText({ os: undefined, architecture: undefined });
    expect(await findImage(sourceOf(imageText(silent), silent), "aarch64")).toBeDefined();
  });

  it("refuses texts that are not what their digest says", async () => {
    const text = imageText(configText());
    const list = listText([text, { os: "linux", architecture: "amd64" }]);
    await expect(findImage(sourceOf(list), "x86_64")).rejects.toMatchObject({ code: "oci-damaged" });
    await expect(findImage(sourceOf(text), "x86_64")).rejects.toMatchObject({ code: "oci-damaged" });
  });

  it("refuses another number of layers than the configuration speaks of", async () => {
    const two = configText({ rootfs: { diff_ids: [digest("a"), digest("b")] } });
    await expect(findImage(sourceOf(imageText(two), two), "x86_64")).rejects.toMatchObject({
      code: "oci-refused",
      message: expect.stringContaining("another number of layers"),
    });
  });
});

it("facts from a lock file are looked at: digests become paths", () => {
  const facts = {
    image: "it",
    digest: digest("a"),
    platform: "p",
    layers: [{ ...layer, diffId: digest("b") }],
  };
  expect(isImageFacts(facts)).toBe(true);
  for (const wrong of [
    null,
    { ...facts, digest: "sha256:../../x" },
    { ...facts, layers: [{ ...layer, diffId: "x" }] },
    { ...facts, layers: [{ ...layer, digest: "sha256:", diffId: digest("b") }] },
    { ...facts, layers: [{ ...layer, size: "5", diffId: digest("b") }] },
  ])
    expect(isImageFacts(wrong)).toBe(false);
});
