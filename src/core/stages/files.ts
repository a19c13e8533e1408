import { statSync } from "node:fs";
import { Failure } from "../failure.ts";
import { atParameter } from "./atParameter.ts";
import { type ReadItem, readItems } from "./files/read.ts";
import { fileList } from "./files/schema.ts";
import { defineStage, type StageContext } from "./stage.ts";

/** `files`: single files, links, folders and devices, written in the recipe or copied from beside it. */
export const files = defineStage({
  kind: "files",
  version: 1,
  icon: "file-text",
  summary: "Adds files, links, folders and devices, written here or copied from this machine.",
  parameters: fileList,
  readsTree: false,
  example: "[ { path: /etc/hostname, content: image } ]",
  inputs(list, place) {
    return readItems(list, place).flatMap(({ made }, at) =>
      made.what === "source" ? [{ path: made.source, at: [at, "source"] }] : [],
    );
  },
  async apply(list, context) {
    for (const [at, item] of readItems(list, context).entries()) {
      context.signal.throwIfAborted();
      const blamed = item.made.what === "source" ? [at, "source"] : [at];
      await atParameter(context, blamed, () => addItem(item, context));
    }
  },
});

async function addItem(item: ReadItem, context: StageContext): Promise<void> {
  const { made, path, xattrs } = item;
  const base = { path, ...item.owner, mtime: context.clock, ...(xattrs && { xattrs }) };
  const mode = item.mode ?? 0o644;
  switch (made.what) {
    case "bytes":
      return context.layer.add({ type: "file", ...base, mode }, { bytes: made.bytes });
    case "source": {
      const usual = usualMode(made.source);
      const entry = { type: "file", ...base, mode: item.mode ?? usual } as const;
      return context.layer.add(entry, { file: made.source });
    }
    case "link":
      return context.layer.add({ type: "symlink", ...base, mode: 0o777, target: made.target });
    case "device":
      return context.layer.add({ ...base, ...made.device, mode: item.mode ?? 0o600 });
    case "directory":
      return context.layer.add({ type: "directory", ...base, mode: item.mode ?? 0o755 });
  }
}

function usualMode(source: string): number {
  const stat = statSync(source, { throwIfNoEntry: false });
  if (!stat)
    throw new Failure("source-missing", `${source} does not exist.`, {
      advice: "Paths of sources start at the folder of the recipe file.",
    });
  if (stat.isDirectory())
    throw new Failure("source-is-folder", `${source} is a folder.`, {
      advice: "The stage `tree` copies a folder with everything in it.",
    });
  return stat.mode & 0o111 ? 0o755 : 0o644;
}
