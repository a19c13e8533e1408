import type { Json } from "../../stages/stage.ts";
import type { Compression } from "../compress/compression.ts";
import { baseName } from "../fileNames.ts";
import type { OutputContext, ProducedFile } from "../output.ts";
import { checkParameters } from "./checkParameters.ts";
import { isoFirmware, ownImages } from "./firmware.ts";
import { linuxIso } from "./linuxIso.ts";
import { ownLoaderIso } from "./ownLoaderIso.ts";
import type { IsoParameters } from "./schema.ts";
import { volumeIdOf } from "./volumeId.ts";
import { writeIso } from "./writeIso.ts";

/**
 * Makes the ISO.
 * @param resolved what resolveLoaders() found
 * @throws Failure those of linuxIso(), ownLoaderIso() and writeIso()
 */
export async function makeIso(
  given: IsoParameters,
  compression: Compression,
  resolved: Json,
  context: OutputContext,
): Promise<readonly ProducedFile[]> {
  checkParameters(given, context);
  // Before the long work: what is missing here is quicker to put right.
  context.host.tools.require("xorriso");
  const content =
    ownImages(given).length > 0
      ? await ownLoaderIso(given, context)
      : await linuxIso(given, isoFirmware(given, context), compression, resolved, context);
  const volumeId = given.volume_id ?? volumeIdOf(context.recipe.name);
  const path = await writeIso(
    { ...content, volumeId, guid: context.uuid("gpt"), clock: context.clock },
    context,
  );
  return [{ role: "image", fileName: `${baseName(context, "iso")}.iso`, path }];
}
