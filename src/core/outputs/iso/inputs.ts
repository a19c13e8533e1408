import { resolve } from "node:path";
import type { InputFile, Place } from "../../stages/stage.ts";
import { ownImages } from "./firmware.ts";
import type { IsoParameters } from "./schema.ts";

/** The files of this machine that go onto the ISO. */
export function isoInputs(given: IsoParameters, { baseDir }: Place): readonly InputFile[] {
  const inputs: InputFile[] = [];
  const listed = Array.isArray(given.el_torito);
  for (const [index, { image }] of ownImages(given).entries()) {
    if (image === undefined) continue;
    inputs.push({
      path: resolve(baseDir, image),
      at: listed ? ["el_torito", index, "image"] : ["el_torito", "image"],
    });
  }
  const file = given.archive?.file;
  if (file !== undefined) inputs.push({ path: resolve(baseDir, file), at: ["archive", "file"] });
  return inputs;
}
