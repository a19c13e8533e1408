import { Failure } from "../../failure.ts";
import type { Json, StageContext } from "../stage.ts";
import { adoptLayers } from "./adoptLayers.ts";
import { fetchLayers } from "./fetchLayers.ts";
import { findImage } from "./findImage.ts";
import { isImageFacts } from "./imageFacts.ts";
import type { LocalImage } from "./imageName.ts";
import { layoutManifests } from "./layoutManifests.ts";
import { openLocal } from "./openLocal.ts";
import { type ImageReference, referenceText } from "./reference.ts";

/** Takes exactly the layers that `resolved` (of now, or from a lock file) names. */
export async function applyRegistry(
  reference: ImageReference,
  resolved: Json,
  context: StageContext,
): Promise<void> {
  const facts: unknown = resolved;
  if (!isImageFacts(facts)) {
    throw new Failure(
      "lock-invalid",
      `The lock file does not say which layers ${referenceText(reference)} has.`,
      {
        advice: "Write it anew with `whittle lock --update RECIPE`.",
      },
    );
  }
  await adoptLayers(facts, await fetchLayers(reference, facts, context), context);
}

/** Takes the layers of an image on this machine. */
export async function applyLocal(wanted: LocalImage, context: StageContext): Promise<void> {
  const { layout, image } = await openLocal(wanted, context);
  const facts = await findImage(layoutManifests(layout, image), context.arch);
  await adoptLayers(facts, layout, context);
}
