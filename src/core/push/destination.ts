import { Failure } from "../failure.ts";
import { type ImageReference, parseReference } from "../stages/oci/reference.ts";

/** Where an image goes: one repository of one registry, under one or more tags. */
export interface Destination {
  /** Host, with a port where one was given. */
  readonly registry: string;
  readonly repository: string;
  /** In the order given, each once; at least one. */
  readonly tags: readonly string[];
}

/**
 * Reads where to push to, as docker does: without a tag, here or among `further`, it is `latest`.
 * @param text `ghcr.io/ann/boots:1.0`; `docker://` before it is taken off
 * @param further more tags of the same repository
 * @throws Failure `push-reference`
 */
export function parseDestination(text: string, further: readonly string[] = []): Destination {
  const named = text.trim().replace(/^docker:\/\//, "");
  const parsed = parseReference(named);
  if (typeof parsed === "string") throw unusable(text, parsed);
  const { registry, repository, tag, digest } = parsed;
  if (digest !== undefined) throw unusable(text, "a digest follows from what is pushed and cannot be chosen");
  if (registry === "docker.io" && repository.startsWith("library/"))
    throw unusable(text, "it names neither another registry nor a user of Docker Hub");
  for (const each of further) {
    if (/[/:@]/.test(each) || typeof parseReference(`any:${each}`) === "string")
      throw new Failure("push-reference", `${JSON.stringify(each)} is no tag.`, {
        advice:
          "A tag has up to 128 letters, digits, dots, dashes and underscores, and begins with none of . and -.",
      });
  }
  const isTagged = /:[^/]+$/.test(named);
  const first = isTagged || further.length === 0 ? [tag ?? "latest"] : [];
  return { registry, repository, tags: [...new Set([...first, ...further])] };
}

/** The repository under its tags, as the registry is asked. */
export function referencesOf({ registry, repository, tags }: Destination): readonly ImageReference[] {
  return tags.map(tag => ({ registry, repository, tag }));
}

function unusable(text: string, why: string): Failure {
  return new Failure("push-reference", `${JSON.stringify(text)} cannot be pushed to: ${why}.`, {
    advice: "Write it as REGISTRY/NAME:TAG, such as ghcr.io/ann/boots:1.0 or docker.io/ann/boots:1.0.",
  });
}
