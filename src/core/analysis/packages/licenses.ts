import type { Layer } from "../../tree/layer.ts";
import type { Tree } from "../../tree/tree.ts";
import type { OwningPackage } from "../owners.ts";
import { LayerFiles } from "./layerFiles.ts";

const documents = "usr/share/doc";

/**
 * The licences of each package, in the words of its distribution: from the package database, or from Debian's
 * machine-readable copyright file in any layer, also when a later stage removed it from the image.
 */
export async function licensesOf(
  packages: readonly OwningPackage[],
  layers: readonly Layer[],
  tree: Tree,
): Promise<(readonly string[])[]> {
  const isNeeded = packages.some(({ type }) => type === "deb");
  const files = new LayerFiles(isNeeded ? layers : [], tree, [documents]);
  const found: (readonly string[])[] = [];
  for (const { name, type, licenses } of packages) {
    if (type === "deb")
      found.push(copyrightLicenses((await files.text(`${documents}/${name}/copyright`)) ?? ""));
    else found.push([...new Set(licenses)].sort());
  }
  return found;
}

/**
 * The short names of the licences that a copyright file names, sorted; none where it is not machine-readable.
 * @see https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
 */
export function copyrightLicenses(text: string): string[] {
  if (!/^Format(?:-Specification)?:/im.test(text.slice(0, 2000))) return [];
  const names = text.matchAll(/^License:[ \t]*(\S.*?)[ \t]*$/gim);
  return [...new Set(Array.from(names, ([, name = ""]) => name))].sort();
}
