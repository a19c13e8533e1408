import { type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { type Static, Type } from "@sinclair/typebox";
import { Failure } from "../failure.ts";
import { hostPathField, imagePathField, ownerField } from "../recipe/fields.ts";
import { checkLayerPath } from "../tree/layerRules.ts";
import { atParameter, located } from "./atParameter.ts";
import { parseOwner } from "./files/fields.ts";
import { defineStage, type Place } from "./stage.ts";

const sourceDescription = "Folder on this machine, relative to the recipe file.";

const parameters = Type.Union([
  hostPathField({ description: sourceDescription }),
  Type.Object(
    {
      source: hostPathField({ description: sourceDescription }),
      target: Type.Optional(
        imagePathField({
          default: "/",
          description: "Folder in the image that the source's contents go into.",
        }),
      ),
      owner: Type.Optional(
        ownerField({
          default: "0:0",
          description: "Owner and group of everything, as numbers, `uid:gid`.",
        }),
      ),
      ignore: Type.Optional(
        Type.Array(Type.String({ minLength: 1, description: "A path pattern inside the source." }), {
          default: [],
          description:
            "What is left out: path patterns inside the source, as in `**/*.swp` or `.git`. A folder goes with all in it.",
        }),
      ),
    },
    { additionalProperties: false, description: "A folder, where it goes and whom it belongs to." },
  ),
]);

type Parameters = Static<typeof parameters>;

/** `tree`: a folder of this machine, copied as it is. */
export const tree = defineStage({
  kind: "tree",
  version: 1,
  icon: "folder-opened",
  summary: "Copies a folder of this machine as it is; owned by root unless told otherwise.",
  parameters,
  readsTree: false,
  example: "overlay",
  inputs(given, place) {
    const read = readParameters(given, place);
    return [{ path: read.source, at: read.at }];
  },
  async apply(given, context) {
    const { source, target, owner, ignore, at } = readParameters(given, context);
    const { copyFolder, permissions } = await import("./tree/copyFolder.ts");
    const ignored = await matcher(ignore);
    await atParameter(context, at, async () => {
      const stat = folderStat(source);
      if (target !== "") {
        const mode = permissions(stat);
        await context.layer.add({ type: "directory", path: target, ...owner, mode, mtime: context.clock });
      }
      const count = await copyFolder({ source, target, owner, ignored }, context);
      context.log(`Copied ${count} entries from ${source}.`);
    });
  },
});

function readParameters(given: Parameters, place: Place) {
  const written = typeof given === "string" ? { source: given } : given;
  const { source, target = "/", owner, ignore = [] } = written;
  return {
    source: resolve(place.baseDir, source),
    target: /^\/+$/.test(target) ? "" : targetFolder(target, place),
    owner: parseOwner(owner, place, ["owner"]),
    ignore,
    at: typeof given === "string" ? [] : ["source"],
  };
}

function targetFolder(target: string, place: Place): string {
  try {
    return checkLayerPath(target);
  } catch (error) {
    throw located(place, ["target"], error);
  }
}

async function matcher(patterns: readonly string[]): Promise<(path: string) => boolean> {
  if (patterns.length === 0) return () => false;
  const { default: picomatch } = await import("picomatch");
  return picomatch(
    patterns.map(pattern => pattern.replace(/^\.?\/+/, "").replace(/\/+$/, "")),
    { dot: true, nonegate: true, strictSlashes: true },
  );
}

function folderStat(source: string): Stats {
  const stat = statSync(source, { throwIfNoEntry: false });
  if (!stat)
    throw new Failure("source-missing", `${source} does not exist.`, {
      advice: "Paths of sources start at the folder of the recipe file.",
    });
  if (!stat.isDirectory())
    throw new Failure("source-is-file", `${source} is not a folder.`, {
      advice: "The stage `files` copies single files.",
    });
  return stat;
}
