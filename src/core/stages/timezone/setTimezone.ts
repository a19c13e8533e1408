import { Failure } from "../../failure.ts";
import { nearest } from "../../recipe/nearest.ts";
import { realFolder } from "../../tree/realFolder.ts";
import type { Tree } from "../../tree/tree.ts";
import { isDebian } from "../settings/initSystem.ts";
import { putText, textAt } from "../settings/treeText.ts";
import type { StageContext } from "../stage.ts";

const zones = "usr/share/zoneinfo";

/**
 * Links /etc/localtime to the zone, and names it in /etc/timezone where Debian reads that.
 * @throws Failure `timezone-unknown`.
 */
export async function setTimezone(zone: string, tree: Tree, context: StageContext): Promise<void> {
  const { layer, clock } = context;
  const isThere = tree.resolve(`${zones}/${zone}`)?.type === "file";
  if (!isThere && zone !== "UTC") throw unknownZone(zone, tree);
  const target = `../${zones}/${zone}`;
  const before = tree.get("etc/localtime");
  if (isThere) {
    const link = {
      type: "symlink",
      path: "etc/localtime",
      mode: 0o777,
      uid: 0,
      gid: 0,
      mtime: clock,
    } as const;
    if (before?.type !== "symlink" || before.target !== target) await layer.add({ ...link, target });
  } else if (before) {
    // Without the file every C library keeps UTC.
    layer.whiteout("etc/localtime");
  }
  const named = await textAt(tree, "etc/timezone");
  if (named.text !== undefined || isDebian(tree))
    await putText(named, `${isThere ? zone : "Etc/UTC"}\n`, context);
}

function unknownZone(zone: string, tree: Tree): Failure {
  const names = zoneNames(tree);
  if (names.length === 0) {
    return new Failure("timezone-unknown", `The tree below has no time zones, so ${zone} cannot be set.`, {
      advice: "Install the package `tzdata` in an earlier stage, or take UTC, which needs nothing.",
    });
  }
  const city = zone.slice(zone.lastIndexOf("/") + 1).toLowerCase();
  const near = names.find(name => name.toLowerCase().endsWith(`/${city}`)) ?? nearest(zone, names);
  return new Failure("timezone-unknown", `The tree below has no time zone ${zone}.`, {
    advice: near
      ? `Did you mean \`${near}\`?`
      : `It has ${names.length}, in /${zones}; they are called AREA/CITY, as in Europe/Stockholm.`,
  });
}

/** The zones by name, without the copies that count leap seconds and the tables beside them. */
function zoneNames(tree: Tree): string[] {
  const folder = realFolder(tree, zones, new Set());
  if (folder === undefined) return [];
  const prefix = `${folder}/`;
  return tree.entries
    .filter(entry => entry.type !== "directory" && entry.path.startsWith(prefix))
    .map(entry => entry.path.slice(prefix.length))
    .filter(name => /^[A-Z]/.test(name) && !name.includes("."));
}
