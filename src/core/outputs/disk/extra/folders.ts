import type { Failure } from "../../../failure.ts";
import type { OutputContext } from "../../output.ts";
import type { Extra } from "./planExtras.ts";

/**
 * The folder whose content a partition gets, without a leading slash.
 * @throws Failure `disk-extra`, located
 */
export function checkedFrom(
  given: string,
  refuse: (field: string, code: string, message: string, advice: string) => Failure,
  { tree }: OutputContext,
): string {
  const path = withoutSlashes(given);
  if (path === "")
    throw refuse("from", "disk-extra", "The whole image is the root.", "Name a folder below it.");
  const entry = tree.get(path);
  if (entry?.type === "directory") return path;
  const what = entry ? `/${path} is no folder` : `The image has no /${path}`;
  const target = entry?.type === "symlink" ? tree.resolve(path) : undefined;
  const advice =
    target?.type === "directory"
      ? `Write from: /${target.path}.`
      : "Name a folder that a stage makes, or remove from.";
  throw refuse("from", "disk-extra", `${what}.`, advice);
}

/** @throws Failure `disk-extra` where two partitions are for one folder, located */
export function checkDistinct(planned: readonly Extra[], context: OutputContext): void {
  for (const field of ["from", "mount"] as const) {
    const seen = new Set<string>();
    for (const each of planned) {
      const path = each[field];
      if (path === undefined) continue;
      if (seen.has(path)) {
        throw context.fail("disk-extra", `Two partitions are for /${path}.`, {
          at: ["extra", each.index, field],
          advice: "Name another folder, or remove one of them.",
        });
      }
      seen.add(path);
    }
  }
}

/** A path of the image as trees have it. */
export function withoutSlashes(path: string): string {
  return path
    .split("/")
    .filter(part => part !== "" && part !== ".")
    .join("/");
}
