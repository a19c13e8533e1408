import { sha256 } from "../../build/digest.ts";
import { Failure } from "../../failure.ts";
import type { Arch } from "../../host/host.ts";
import type { ImageFacts } from "./imageFacts.ts";
import { parseConfig, parseManifest, refused } from "./manifest.ts";
import { checkPlatform, choosePlatform, wantedPlatform } from "./platform.ts";

/** Where manifests come from: a registry, or an OCI layout on this machine. */
export interface ManifestSource {
  /** The image's name, for messages. */
  readonly image: string;
  /** The text that the image's name stands for: a manifest or a list of them. */
  first(): Promise<string>;
  /** The text of the manifest with this digest. */
  manifest(digest: string): Promise<string>;
  /** The text of the configuration `digest` of the image whose manifest is `manifest`. */
  config(digest: string, manifest: string): Promise<string>;
}

const mostLists = 4;

/**
 * Follows an image's name through lists of platforms to the layers for `arch`. Every text on the way is checked
 * against the digest it was asked for by.
 * @throws Failure `oci-platform-missing`, `oci-refused`, `oci-damaged`; what the source throws.
 */
export async function findImage(source: ManifestSource, arch: Arch): Promise<ImageFacts> {
  const { image } = source;
  let text = await source.first();
  for (let lists = 0; lists <= mostLists; lists++) {
    const manifest = parseManifest(text, image);
    if (manifest.type === "image") {
      const digest = `sha256:${sha256(text)}`;
      const configText = await source.config(manifest.config.digest, digest);
      const config = parseConfig(checked(configText, manifest.config.digest, image), image);
      checkPlatform(config.platform, arch, image);
      if (config.diffIds.length !== manifest.layers.length)
        throw refused(image, "its configuration speaks of another number of layers than its manifest");
      const layers = manifest.layers.map((layer, at) => {
        return { digest: layer.digest, size: layer.size, diffId: config.diffIds[at] ?? "" };
      });
      return { image, digest, platform: wantedPlatform(arch), layers };
    }
    const { digest } = choosePlatform(manifest.manifests, arch, image);
    text = checked(await source.manifest(digest), digest, image);
  }
  throw refused(image, "its lists of platforms point to further lists without end");
}

/** @throws Failure `oci-damaged` when `text` is not what `digest` stands for. */
export function checked(text: string, digest: string, image: string): string {
  const found = `sha256:${sha256(text)}`;
  if (found === digest) return text;
  throw new Failure("oci-damaged", `A manifest of ${image} has the digest ${found} instead of ${digest}.`, {
    advice: "The registry, or something on the way to it, gives out wrong data.",
  });
}
