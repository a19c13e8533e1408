import { distance } from "fastest-levenshtein";
import type { Failure } from "../../failure.ts";
import { nameOf } from "../../tree/path.ts";
import { realFolder } from "../../tree/realFolder.ts";
import type { Tree } from "../../tree/tree.ts";
import type { ParameterPath, StageContext } from "../stage.ts";

/** Where systemd looks for units, in its order, and for presets. */
export const unitFolders = [
  "etc/systemd/system",
  "usr/local/lib/systemd/system",
  "usr/lib/systemd/system",
  "lib/systemd/system",
] as const;

const ending = /\.(?:service|socket|target|timer|path|mount|automount|swap|slice|device|scope)$/;
const mostShown = 3;

/** The names of all units and templates of a tree. */
export function unitNames(tree: Tree): ReadonlySet<string> {
  const names = unitFolders.flatMap(folder => {
    const real = realFolder(tree, folder, new Set());
    return real === undefined ? [] : tree.children(real).map(entry => nameOf(entry.path));
  });
  return new Set(names.filter(name => ending.test(name)));
}

/** Failure `unit-unknown` with the nearest names that there are. */
export function unknownUnit(
  written: string,
  at: ParameterPath,
  names: ReadonlySet<string>,
  tree: Tree,
  context: StageContext,
): Failure {
  const base = (name: string) => name.replace(ending, "").replace(/@.*$/, "");
  const isNear = (name: string): boolean =>
    distance(base(written), base(name)) <= Math.max(1, Math.floor(base(written).length / 3)) ||
    (base(written).length > 2 && base(name).includes(base(written)));
  const near = [...names]
    .filter(isNear)
    .sort((a, b) => distance(written, a) - distance(written, b) || (a < b ? -1 : 1))
    .slice(0, mostShown);
  const script = tree.resolve(`etc/init.d/${base(written)}`);
  const advice = script
    ? `There is /etc/init.d/${base(written)}, a script of sysvinit; only units are enabled here.`
    : near.length > 0
      ? `Did you mean ${near.map(name => `\`${name}\``).join(" or ")}?`
      : "Install the package that has it in an earlier stage.";
  return context.fail("unit-unknown", `The tree below has no unit ${written}.`, { at, advice });
}
