import { resolve } from "node:path";
import type { ParameterPath, Place } from "../stage.ts";
import { type ImageReference, isDigest, parseReference } from "./reference.ts";

/** An image on this machine: a folder (OCI layout) or a tar (OCI layout or docker-archive). */
export interface LocalImage {
  readonly type: "local";
  /** Absolute. */
  readonly path: string;
  /** Its name inside the folder or tar, where there are several. */
  readonly name?: string;
  /** Digest of its manifest, instead of a name. */
  readonly digest?: string;
}

export type ImageName = LocalImage | { readonly type: "registry"; readonly reference: ImageReference };

/**
 * Reads what the recipe calls the image. A path begins with `./`, `../` or `/`, or has `oci:`, `oci-archive:` or
 * `docker-archive:` before it; everything else is looked for in a registry.
 * @throws Failure `oci-reference`.
 */
export function parseImageName(text: string, at: ParameterPath, place: Place): ImageName {
  const [, transport, rest = text] =
    /^(oci|oci-archive|docker-archive|docker):(?=\.{0,2}\/)(.*)$/.exec(text) ?? [];
  if (transport === "docker" || (transport === undefined && !/^\.{0,2}\//.test(text))) {
    const parsed = parseReference(transport === "docker" ? rest.replace(/^\/\//, "") : text);
    if (typeof parsed !== "string") return { type: "registry", reference: parsed };
    throw unreadable(text, parsed, at, place);
  }
  const [, path = rest, digest, name] = /^([^:]*?)(?:@(sha256:.*)|:(.+))?$/.exec(rest) ?? [];
  if (digest !== undefined && !isDigest(digest))
    throw unreadable(text, "what follows the @ is no digest", at, place);
  return {
    type: "local",
    path: resolve(place.baseDir, path),
    ...(name === undefined ? {} : { name }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function unreadable(text: string, why: string, at: ParameterPath, place: Place) {
  return place.fail("oci-reference", `${JSON.stringify(text)} is no name of an image: ${why}.`, {
    advice:
      "Write it as NAME:TAG, REGISTRY/NAME:TAG or NAME@sha256:DIGEST; a folder or tar on this machine as ./PATH or ./PATH:NAME.",
    at,
  });
}
