import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What is pushed, as an OCI layout in a folder. */
export interface PushContent {
  /** Of the manifest: `sha256:…`. */
  readonly digest: string;
  /** Sizes of all blobs in bytes, each blob once. */
  readonly blobs: readonly number[];
}

/** Name of the folder, seen from the one that skopeo works in. */
export const layoutName = "layout";

/** Makes the folders of a layout in `parent`. @returns where the blobs go, by their sha256 in hex. */
export async function makeLayout(parent: string): Promise<(sha256: string) => string> {
  const blobs = join(parent, layoutName, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  return sha256 => join(blobs, sha256);
}

/** Writes what makes the folder a layout of one image. */
export async function writeIndex(
  parent: string,
  manifest: { readonly mediaType: string; readonly digest: string; readonly size: number },
): Promise<void> {
  const layout = join(parent, layoutName);
  await writeFile(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeFile(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
}
