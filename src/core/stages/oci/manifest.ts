import { Failure } from "../../failure.ts";
import { isRecord, isSize } from "./imageFacts.ts";
import { isDigest } from "./reference.ts";

/** What a manifest or index says about something it points to. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform: Platform | undefined;
  readonly annotations: Readonly<Record<string, unknown>>;
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | undefined;
}

/** A manifest: of one image, or a list of images for several platforms. */
export type Manifest =
  | { readonly type: "index"; readonly manifests: readonly Descriptor[] }
  | { readonly type: "image"; readonly config: Descriptor; readonly layers: readonly Descriptor[] };

/** The part of an image's configuration that is of use here. */
export interface ImageConfig {
  readonly platform: Platform;
  readonly diffIds: readonly string[];
}

const layerTypes = [
  /^application\/vnd\.oci\.image\.layer\.v1\.tar(?:\+gzip|\+zstd)?$/,
  /^application\/vnd\.docker\.image\.rootfs\.diff\.tar(?:\.gzip|\.zstd)?$/,
];
const remakeAdvice = "Push or save the image anew with a current docker, podman or skopeo.";

/** Reads a manifest or index. @throws Failure `oci-refused` for what is no image that can be used here. */
export function parseManifest(text: string, image: string): Manifest {
  const value = parseJson(text, `The manifest of ${image}`);
  if (Array.isArray(value["manifests"]))
    return { type: "index", manifests: value["manifests"].map(each => descriptor(each, image)) };
  if (value["schemaVersion"] === 1)
    throw refused(image, "its manifest has the format of 2014 (schema 1)", remakeAdvice);
  const { config, layers } = value;
  if (!isRecord(config) || !Array.isArray(layers)) throw refused(image, "it has no list of layers");
  const described = { config: descriptor(config, image), layers: layers.map(each => layer(each, image)) };
  const { mediaType } = described.config;
  if (!/\.image(?:\.config)?\.v1\+json$/.test(mediaType))
    throw refused(image, `it holds ${mediaType || "something unknown"}, which is no file system`);
  return { type: "image", ...described };
}

/** Reads an image's configuration. @throws Failure `oci-refused`. */
export function parseConfig(text: string, image: string): ImageConfig {
  const value = parseJson(text, `The configuration of ${image}`);
  const { rootfs } = value;
  const diffIds: unknown = isRecord(rootfs) ? rootfs["diff_ids"] : undefined;
  if (!Array.isArray(diffIds) || !diffIds.every(isDigest))
    throw refused(image, "its configuration does not give the digests of its layers");
  return { platform: platform(value), diffIds };
}

/** Failure `oci-refused`. */
export function refused(image: string, why: string, advice?: string): Failure {
  return new Failure("oci-refused", `${image} cannot be used: ${why}.`, { advice });
}

function layer(value: unknown, image: string): Descriptor {
  const described = descriptor(value, image);
  const { mediaType } = described;
  if (/foreign|nondistributable/.test(mediaType)) {
    const why = "one of its layers is not in the registry, because its maker does not let it be passed on";
    throw refused(image, why, "Such layers are Windows' own. Name an image for Linux.");
  }
  if (mediaType.includes("encrypted")) throw refused(image, "its layers are encrypted");
  if (!layerTypes.some(type => type.test(mediaType)))
    throw refused(image, `one of its layers is of the unknown type ${JSON.stringify(mediaType)}`);
  return described;
}

function descriptor(value: unknown, image: string): Descriptor {
  if (!isRecord(value) || !isSize(value["size"])) throw refused(image, "its manifest makes no sense");
  const { digest, size, mediaType } = value;
  if (!isDigest(digest))
    throw refused(image, `it uses the digest ${JSON.stringify(digest)}, and only sha256 is known`);
  return {
    digest,
    size,
    mediaType: typeof mediaType === "string" ? mediaType : "",
    platform: isRecord(value["platform"]) ? platform(value["platform"]) : undefined,
    annotations: isRecord(value["annotations"]) ? value["annotations"] : {},
  };
}

function platform({ os, architecture, variant }: Readonly<Record<string, unknown>>): Platform {
  const text = (each: unknown) => (typeof each === "string" ? each : "");
  return { os: text(os), architecture: text(architecture), variant: text(variant) || undefined };
}

function parseJson(text: string, what: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Said below.
  }
  throw new Failure("oci-refused", `${what} is no JSON object.`);
}
