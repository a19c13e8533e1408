import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { nearest } from "../../recipe/nearest.ts";
import type { ImageReference } from "./reference.ts";
import { plainHttp, runSkopeo, skopeoWords } from "./skopeo.ts";

/** Who asks a registry. */
export interface Asking {
  readonly host: Host;
  readonly signal: AbortSignal;
}

/** Failure `oci-unknown` that says what the registry has instead. */
export async function unknownImage(
  reference: ImageReference,
  _words: string,
  asking: Asking,
): Promise<Failure> {
  const { registry, repository, tag, digest } = reference;
  const tags = await tagsOf(reference, asking);
  const what = digest === undefined ? `tag ${tag}` : `manifest ${digest}`;
  if (tags === "not told") {
    const message = `${registry} has no image ${repository}, or no ${what} of it.`;
    return new Failure("oci-unknown", message, { advice: "The registry does not list what it has." });
  }
  if (tags.length === 0) {
    return new Failure("oci-unknown", `${registry} has no image ${repository}.`, {
      advice: "Check how the name is written. Images of a user or organisation are NAME/IMAGE.",
    });
  }
  return new Failure("oci-unknown", `${registry} has ${repository}, but no ${what} of it.`, {
    advice:
      digest === undefined ? tagAdvice(tag ?? "", tags) : "It may have been removed. Ask for it by a tag.",
  });
}

const byNumbers = new Intl.Collator("en", { numeric: true });

/** All tags of the image: none when the registry does not know it; some registries do not list them to everybody. */
async function tagsOf(
  reference: ImageReference,
  { host, signal }: Asking,
): Promise<readonly string[] | "not told"> {
  const { registry, repository } = reference;
  try {
    const args = ["list-tags", ...plainHttp(reference), `docker://${registry}/${repository}`];
    const { Tags } = JSON.parse(await runSkopeo(host, args, { signal })) as { Tags?: unknown };
    return Array.isArray(Tags) ? Tags.filter(each => typeof each === "string") : [];
  } catch (error) {
    signal.throwIfAborted();
    // The failure that is being told does not need the list.
    if (!(error instanceof Failure || error instanceof SyntaxError)) throw error;
    return /\b404\b|not found|name unknown/i.test(skopeoWords(error) ?? "") ? [] : "not told";
  }
}

function tagAdvice(tag: string, tags: readonly string[]): string {
  const near = nearest(tag, tags);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  const some = [...tags].sort(byNumbers.compare).slice(-8);
  return `Its tags are ${tags.length > some.length ? `${tags.length}, among them ` : ""}${some.join(", ")}.`;
}
