import type { Layer } from "../../tree/layer.ts";
import type { Tree } from "../../tree/tree.ts";
import { LayerFiles } from "./layerFiles.ts";

/** The distribution whose packages an image is made of, in the words of os-release. */
export interface Distribution {
  /** `debian`, `arch`, `alpine`. */
  readonly id: string;
  /** Its version, as `12`; undefined for one without, or that always rolls on. */
  readonly version: string | undefined;
}

const places = ["usr/lib", "etc"];

/**
 * Reads os-release in the lowest layer that has one: that is the distribution's own, before the recipe gave the image
 * a name of its own.
 */
export async function distributionOf(
  layers: readonly Layer[],
  tree: Tree,
): Promise<Distribution | undefined> {
  for (const layer of layers) {
    const paths = places.map(place => `${place}/os-release`);
    if (!layer.index.entries.some(entry => paths.includes(entry.path))) continue;
    const files = new LayerFiles([layer], tree, places);
    for (const path of paths) {
      const text = await files.text(path);
      const id = text && settingOf(text, "ID");
      if (id) return { id, version: settingOf(text, "VERSION_ID") };
    }
  }
  return undefined;
}

function settingOf(text: string, name: string): string | undefined {
  const value = new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1]?.trim();
  return value?.replace(/^(["'])(.*)\1$/, "$2") || undefined;
}
