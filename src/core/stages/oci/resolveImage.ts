import type { ResolveContext } from "../stage.ts";
import { answersFor } from "./answers.ts";
import type { ImageFacts } from "./imageFacts.ts";
import { type ImageReference, referenceText } from "./reference.ts";

/**
 * What an image of a registry consists of. A tag is asked for once and then remembered until `context.fresh`; what a
 * digest stands for never changes and is never asked for again.
 * @throws Failure as findImage() and registryFailure() say.
 */
export async function resolveImage(reference: ImageReference, context: ResolveContext): Promise<ImageFacts> {
  const { host, arch } = context;
  const image = referenceText(reference);
  const answers = answersFor(host, image, arch);
  const remembered = context.fresh && reference.digest === undefined ? undefined : await answers.read();
  if (remembered) return remembered;
  const { findImage } = await import("./findImage.ts");
  const { registryManifests } = await import("./registry.ts");
  context.log(`asking ${reference.registry} for ${image}`);
  const facts = await findImage(registryManifests(reference, context), arch);
  context.log(`${image} is ${facts.digest} for ${facts.platform}`);
  await answers.write(facts);
  return facts;
}
