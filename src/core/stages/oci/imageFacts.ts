import { isDigest } from "./reference.ts";

/** One layer as the registry has it. */
export interface LayerFacts {
  /** Of the blob as it is stored: `sha256:…`. */
  readonly digest: string;
  /** Bytes of that blob. */
  readonly size: number;
  /** Of the uncompressed tar inside: `sha256:…`. */
  readonly diffId: string;
}

/** An image for one platform, down to the digests of its layers: all it takes to fetch exactly this one. */
export interface ImageFacts {
  /** Its full name, as in `docker.io/library/alpine:3.22`. */
  readonly image: string;
  /** Of the platform's own manifest. */
  readonly digest: string;
  /** As in `linux/amd64`. */
  readonly platform: string;
  /** Bottom first. */
  readonly layers: readonly LayerFacts[];
}

/** Whether a JSON value (from the cache, from a lock file) is ImageFacts; digests become paths, so they are looked at. */
export function isImageFacts(value: unknown): value is ImageFacts {
  if (!isRecord(value)) return false;
  const { image, digest, platform, layers } = value;
  return (
    typeof image === "string" &&
    typeof platform === "string" &&
    isDigest(digest) &&
    Array.isArray(layers) &&
    layers.every(isLayerFacts)
  );
}

function isLayerFacts(value: unknown): value is LayerFacts {
  return isRecord(value) && isDigest(value["digest"]) && isDigest(value["diffId"]) && isSize(value["size"]);
}

/** True for a number of bytes. */
export function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** True for a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
