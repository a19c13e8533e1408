import { meant } from "../../recipe/nearest.ts";
import { nameOf } from "../../tree/path.ts";
import type { Tree } from "../../tree/tree.ts";
import type { PresetParameters } from "../presets.ts";
import type { StageContext } from "../stage.ts";

/**
 * Links services into a runlevel, or takes their links out of all.
 * @throws Failure `unit-unknown`, placed on the name.
 */
export async function setInOpenrc(given: PresetParameters, tree: Tree, context: StageContext): Promise<void> {
  const { enable = [], disable = [], runlevel = "default" } = given;
  const names = tree.children("etc/init.d").map(entry => nameOf(entry.path));
  const check = (service: string, list: string, index: number): void => {
    if (names.includes(service)) return;
    const advice = meant(service, names.length < 40 ? names : []);
    throw context.fail("unit-unknown", `The tree below has no service ${service}.`, {
      at: [list, index],
      advice: advice ?? "Services are the files in /etc/init.d.",
    });
  };
  for (const [index, service] of enable.entries()) {
    check(service, "enable", index);
    const path = `etc/runlevels/${runlevel}/${service}`;
    if (tree.get(path)) continue;
    const link = { type: "symlink", path, target: `/etc/init.d/${service}` } as const;
    await context.layer.add({ ...link, mode: 0o777, uid: 0, gid: 0, mtime: context.clock });
  }
  for (const [index, service] of disable.entries()) {
    check(service, "disable", index);
    for (const level of tree.children("etc/runlevels")) {
      const path = `${level.path}/${service}`;
      if (tree.get(path)) context.layer.whiteout(path);
    }
  }
}
