import type { FileEntry, SymlinkEntry } from "../../tree/entry.ts";
import type { Layer } from "../../tree/layer.ts";
import { normalizePath, parentOf } from "../../tree/path.ts";
import { readTreeFile } from "../../tree/readFile.ts";
import type { Tree } from "../../tree/tree.ts";

interface StoredFile {
  readonly entry: FileEntry | SymlinkEntry;
  readonly layer: Layer;
  /** Position of the layer in the stack. */
  readonly level: number;
}

const mostLinks = 8;

/**
 * The newest version of every file under some folders, whether or not a layer above took it away again. A stage that
 * removes a package database makes the image smaller; what was installed stays known.
 */
export class LayerFiles {
  readonly #files = new Map<string, StoredFile>();

  /** @param folders without leading slash; @param layers of the whole stack, bottom first */
  constructor(layers: readonly Layer[], tree: Tree, folders: readonly string[]) {
    const places = folders.flatMap(folder => placesOf(folder, tree));
    for (const [level, layer] of layers.entries()) {
      for (const entry of layer.index.entries) {
        if (entry.type !== "file" && entry.type !== "symlink") continue;
        const place = places.find(each => entry.path.startsWith(each.prefix));
        if (!place) continue;
        const path = place.folder + entry.path.slice(place.prefix.length - 1);
        this.#files.set(path, { entry, layer, level });
      }
    }
  }

  /** The paths under `folder` that end in `ending`. */
  paths(folder: string, ending: string): string[] {
    return [...this.#files.keys()].filter(path => path.startsWith(`${folder}/`) && path.endsWith(ending));
  }

  /** Position in the stack of the layer that has the newest version; -1: no layer has one. */
  level(path: string): number {
    return this.#files.get(path)?.level ?? -1;
  }

  /** The text of a file; links are followed. Undefined when no layer has it. */
  async text(path: string): Promise<string | undefined> {
    let at = path;
    for (let links = 0; links < mostLinks; links++) {
      const found = this.#find(at);
      if (!found) return undefined;
      const { entry, layer, rest } = found;
      if (entry.type === "symlink") {
        const next = targetOf(entry, rest);
        if (next === undefined) return undefined;
        at = next;
      } else if (rest === "") {
        return (await readTreeFile({ ...entry, layer, stage: 0 })).toString("utf8");
      } else {
        return undefined;
      }
    }
    return undefined;
  }

  /** What lies at `path`, or the link above it that leads there. */
  #find(path: string): (StoredFile & { readonly rest: string }) | undefined {
    for (let at = path; at !== ""; at = parentOf(at)) {
      const found = this.#files.get(at);
      if (found) return { ...found, rest: path.slice(at.length) };
    }
    return undefined;
  }
}

interface Place {
  readonly folder: string;
  /** With a slash at the end. */
  readonly prefix: string;
}

/** Where a folder lies: at its own path, and where the tree's links lead. */
function placesOf(folder: string, tree: Tree): Place[] {
  const real = tree.resolve(folder)?.path;
  const paths = real === undefined || real === folder ? [folder] : [folder, real];
  return paths.map(path => ({ folder, prefix: `${path}/` }));
}

function targetOf({ path, target }: SymlinkEntry, rest: string): string | undefined {
  const names: string[] = target.startsWith("/") ? [] : parentOf(path).split("/");
  for (const name of target.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  const joined = names.filter(name => name !== "").join("/") + rest;
  return joined === "" ? undefined : normalizePath(joined);
}
