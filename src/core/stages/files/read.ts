import { resolve } from "node:path";
import { checkLayerPath } from "../../tree/layerRules.ts";
import { badPath, checkLinkTarget, parentOf } from "../../tree/path.ts";
import { located } from "../atParameter.ts";
import type { ParameterPath, Place } from "../stage.ts";
import {
  type Device,
  type Owner,
  parseBase64,
  parseDevice,
  parseMode,
  parseOwner,
  parseXattrs,
} from "./fields.ts";
import type { FileItem, FileList } from "./schema.ts";

/** What an item makes. */
export type Made =
  | { readonly what: "bytes"; readonly bytes: Buffer }
  /** Absolute path on the host. */
  | { readonly what: "source"; readonly source: string }
  | { readonly what: "link"; readonly target: string }
  | { readonly what: "device"; readonly device: Device }
  | { readonly what: "directory" };

/** An item of `files` whose values were all understood. */
export interface ReadItem {
  readonly path: string;
  readonly made: Made;
  /** As written; undefined = the default for what it is. */
  readonly mode: number | undefined;
  readonly owner: Owner;
  readonly xattrs: Readonly<Record<string, string>> | undefined;
}

const kinds = ["content", "contentBase64", "source", "link", "device", "directory"] as const;

/**
 * Understands every item of the list, and checks that they can live in one layer.
 * @throws Failure placed on the value that is wrong.
 */
export function readItems(list: FileList, place: Place): readonly ReadItem[] {
  const items = list.map((item, at) => readItem(item, at, place));
  const seen = new Map<string, ReadItem>();
  for (const [at, item] of items.entries()) {
    if (seen.has(item.path))
      throw place.fail("duplicate-path", `/${item.path} is already in this list.`, { at: [at, "path"] });
    seen.set(item.path, item);
  }
  for (const [at, { path }] of items.entries()) {
    for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) {
      const above = seen.get(folder);
      if (!above || above.made.what === "directory") continue;
      const why = `/${folder}, which this list makes as a ${above.made.what === "link" ? "link" : "file"}, lies above it`;
      throw located(place, [at, "path"], badPath(path, why));
    }
  }
  return items;
}

function readItem(item: FileItem, index: number, place: Place): ReadItem {
  const at = (key: keyof FileItem): ParameterPath => [index, key];
  const path = checked(place, at("path"), () => checkLayerPath(item.path));
  const given = kinds.filter(kind => item[kind] !== undefined);
  const [kind, second] = given;
  if (kind === undefined)
    throw place.fail("no-content", `Nothing says what /${path} is.`, {
      at: [index],
      advice: `Add one of ${kinds.join(", ")}.`,
    });
  if (second !== undefined)
    throw place.fail("two-contents", `/${path} cannot have both ${kind} and ${second}.`, { at: at(second) });
  if (kind === "link" && item.mode !== undefined)
    throw place.fail("bad-mode", `/${path} is a link, and a link has no mode of its own.`, {
      at: at("mode"),
    });
  return {
    path,
    made: readMade(item, path, index, place),
    mode: item.mode === undefined ? undefined : parseMode(item.mode, place, at("mode")),
    owner: parseOwner(item.owner, place, at("owner")),
    xattrs: parseXattrs(item.xattrs, place, at("xattrs")),
  };
}

function readMade(item: FileItem, path: string, index: number, place: Place): Made {
  if (item.content !== undefined) return { what: "bytes", bytes: Buffer.from(item.content) };
  if (item.contentBase64 !== undefined) {
    const bytes = parseBase64(item.contentBase64);
    if (bytes) return { what: "bytes", bytes };
    throw place.fail("bad-content", `The content of /${path} is not base64.`, {
      at: [index, "contentBase64"],
    });
  }
  if (item.source !== undefined) return { what: "source", source: resolve(place.baseDir, item.source) };
  if (item.link !== undefined) {
    const target = item.link;
    checked(place, [index, "link"], () => checkLinkTarget(path, target));
    return { what: "link", target };
  }
  if (item.device !== undefined)
    return { what: "device", device: parseDevice(item.device, place, [index, "device"]) };
  return { what: "directory" };
}

function checked<T>(place: Place, at: ParameterPath, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw located(place, at, error);
  }
}
