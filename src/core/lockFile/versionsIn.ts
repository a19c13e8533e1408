import type { Json } from "../stages/stage.ts";

/** Something with a version among a stage's facts. */
export interface PinnedVersion {
  readonly name: string;
  /** A version, or a digest where there is no version. */
  readonly version: string;
}

/**
 * Finds what people know by name and version in the facts of any kind of stage: objects with `package` or `name` and
 * a `version`, or with an `image` and a `digest`.
 */
export function versionsIn(facts: Json): PinnedVersion[] {
  if (Array.isArray(facts)) return facts.flatMap(each => versionsIn(each as Json));
  if (typeof facts !== "object" || facts === null) return [];
  const { package: packageName, name = packageName, version, image, digest } = facts as Record<string, Json>;
  if (typeof name === "string" && typeof version === "string") return [{ name, version }];
  const inside = Object.values(facts).flatMap(each => versionsIn(each as Json));
  if (typeof image === "string" && typeof digest === "string")
    return [{ name: image, version: digest }, ...inside];
  return inside;
}
