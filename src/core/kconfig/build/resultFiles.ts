import { createReadStream } from "node:fs";
import type { Layer } from "../../tree/layer.ts";
import { readTreeFile } from "../../tree/readFile.ts";
import { stackLayers } from "../../tree/stack.ts";
import { readTar } from "../../tree/tarRead.ts";
import type { TarMember } from "../../tree/tarReadMember.ts";

const folder = "result/";

/** A small file that a script left in `$result`. */
export async function resultText(made: Layer, name: string): Promise<string> {
  return (await resultBytes(made, name)).toString("utf8");
}

/** As resultText(), for bytes. */
export async function resultBytes(made: Layer, name: string): Promise<Buffer> {
  const entry = stackLayers([made]).get(`${folder}${name}`);
  if (entry?.type !== "file") throw new Error(`The build left no file ${name}.`);
  return readTreeFile(entry);
}

/** Everything that a script left in `$result`, names without that. */
export async function* resultMembers(made: Layer, signal: AbortSignal): AsyncGenerator<TarMember> {
  for await (const member of readTar(createReadStream(made.blob, { signal }), signal)) {
    const name = member.name.replace(/^\.?\/*/, "");
    if (name.startsWith(folder)) yield { ...member, name: name.slice(folder.length) };
  }
}
