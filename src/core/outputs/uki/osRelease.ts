import { readTreeFile } from "../../tree/readFile.ts";
import type { OutputContext } from "../output.ts";

/**
 * The tree's os-release, from which boot menus take the name; one made of the recipe's name where there is none.
 * Specification: https://www.freedesktop.org/software/systemd/man/os-release.html
 */
export async function osRelease({ tree, recipe }: OutputContext): Promise<Uint8Array | string> {
  for (const path of ["etc/os-release", "usr/lib/os-release"]) {
    const file = tree.resolve(path);
    if (file?.type === "file") return readTreeFile(file);
  }
  const { name, version } = recipe;
  const fields: Record<string, string | undefined> = {
    NAME: name,
    ID: name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, "-"),
    PRETTY_NAME: version === undefined ? name : `${name} ${version}`,
    IMAGE_ID: name.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, "-"),
    IMAGE_VERSION: version,
  };
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}\n`)
    .join("");
}
