import { type GivenUuids, withUuids } from "../givenUuids.ts";
import type { OutputContext } from "../output.ts";
import type { DiskParameters } from "./diskSchema.ts";
import type { TableKind } from "./loader/bootPlan.ts";

/**
 * The context with the uuids that the recipe gives a disk.
 * @throws Failure `disk-uuid`, located, for one of something that the disk does not have
 */
export function diskUuids(given: DiskParameters, table: TableKind, context: OutputContext): OutputContext {
  const named = byName(given.uuid);
  const absent: Readonly<Record<string, string | undefined>> = {
    root: given.filesystem === "squashfs" ? "A squashfs has no uuid." : undefined,
    partition: table === "gpt" ? undefined : "Only the partitions of a GPT have a uuid of their own.",
    disk: table === "none" ? "The disk has no partitions, and so no uuid." : undefined,
    swap: given.swap === undefined ? "The disk has no swap." : undefined,
  };
  for (const of of Object.keys(named)) {
    const why = absent[of];
    if (why === undefined) continue;
    throw context.fail("disk-uuid", why, {
      at: typeof given.uuid === "string" ? ["uuid"] : ["uuid", of],
      advice: "Remove it.",
    });
  }
  return withUuids(named, context);
}

function byName(given: GivenUuids | undefined): Exclude<GivenUuids, string> {
  return typeof given === "string" ? { root: given } : (given ?? {});
}
