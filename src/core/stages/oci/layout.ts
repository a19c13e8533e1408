import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../failure.ts";
import type { BlobPlace, LayerBlobs } from "./blobPlace.ts";

/** An OCI image layout, as a folder or inside a tar. */
export interface Layout extends LayerBlobs {
  /** For messages. */
  readonly path: string;
  /** The text of `index.json` or of a small blob. @throws Failure `oci-unreadable`. */
  text(name: string): Promise<string>;
}

const largestText = 4 * 1024 * 1024;

/** @param files where a file of the layout lies, by its path there; undefined when there is none */
export function openLayout(path: string, files: (name: string) => Promise<BlobPlace | undefined>): Layout {
  const find = async (name: string): Promise<BlobPlace> => {
    const place = await files(name);
    if (place) return place;
    throw new Failure("oci-unreadable", `The image in ${path} is not whole: it lacks ${name}.`, {
      advice: "Save the image anew, with all platforms and layers that its list speaks of.",
    });
  };
  return {
    path,
    async text(name) {
      const place = await find(name);
      if (place.length > largestText)
        throw new Failure("oci-unreadable", `${name} in ${path} is larger than any manifest.`);
      const file = await open(place.path, "r");
      try {
        const buffer = Buffer.alloc(place.length);
        await file.read(buffer, 0, place.length, place.start);
        return buffer.toString("utf8");
      } finally {
        await file.close();
      }
    },
    place: layer => find(blobName(layer.digest)),
  };
}

/** Path of a blob in a layout. */
export function blobName(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}

/** A layout in a folder. */
export function layoutFolder(folder: string): Layout {
  return openLayout(folder, async name => {
    const path = join(folder, name);
    try {
      const found = await stat(path);
      return found.isFile() ? { path, start: 0, length: found.size } : undefined;
    } catch {
      return undefined;
    }
  });
}
