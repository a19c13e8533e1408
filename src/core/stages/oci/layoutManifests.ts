import { Failure } from "../../failure.ts";
import { checked, type ManifestSource } from "./findImage.ts";
import type { LocalImage } from "./imageName.ts";
import { blobName, type Layout } from "./layout.ts";
import { type Descriptor, parseManifest } from "./manifest.ts";
import { parseReference, referenceText } from "./reference.ts";

const refName = "org.opencontainers.image.ref.name";
const fullName = "io.containerd.image.name";

/** The manifests of the image that `wanted` names in a layout. */
export function layoutManifests(layout: Layout, wanted: LocalImage): ManifestSource {
  const image = wanted.name === undefined ? wanted.path : `${wanted.path}:${wanted.name}`;
  const manifest = (digest: string) => layout.text(blobName(digest));
  return {
    image,
    async first() {
      if (wanted.digest !== undefined) return checked(await manifest(wanted.digest), wanted.digest, image);
      const list = parseManifest(await layout.text("index.json"), image);
      const manifests = list.type === "index" ? chosen(list.manifests, wanted) : [];
      return JSON.stringify({ schemaVersion: 2, manifests });
    },
    manifest,
    config: manifest,
  };
}

/** Those that the name means: one, or one image for several platforms. @throws Failure `oci-which`. */
function chosen(all: readonly Descriptor[], { path, name }: LocalImage): readonly Descriptor[] {
  const meant = name === undefined ? all : all.filter(each => hasName(each, name));
  const names = [...new Set(all.flatMap(each => nameOf(each) ?? []))].sort();
  const kinds = new Set(meant.map(nameOf));
  if (meant.length === 1 || (meant.length > 1 && kinds.size === 1 && meant.every(each => each.platform)))
    return meant;
  const list = names.length > 0 ? names.join(", ") : all.map(each => each.digest).join(", ");
  const advice =
    names.length > 0 ? `Write ./PATH:NAME with one of: ${list}` : `Write ./PATH@DIGEST with one of: ${list}`;
  if (all.length === 0) throw new Failure("oci-which", `There is no image in ${path}.`);
  if (meant.length === 0) throw new Failure("oci-which", `There is no image ${name} in ${path}.`, { advice });
  throw new Failure("oci-which", `There are ${meant.length} images in ${path}.`, { advice });
}

function nameOf({ annotations }: Descriptor): string | undefined {
  const name = annotations[refName] ?? annotations[fullName];
  return typeof name === "string" ? name : undefined;
}

function hasName({ annotations }: Descriptor, name: string): boolean {
  if (annotations[refName] === name || annotations[fullName] === name) return true;
  const reference = parseReference(name);
  return typeof reference !== "string" && annotations[fullName] === referenceText(reference);
}
