import { runTool } from "../../host/runTool.ts";
import type { Tree } from "../../tree/tree.ts";
import type { PresetParameters } from "../presets.ts";
import type { ParameterPath, StageContext } from "../stage.ts";
import { copyUnits, linksIn } from "./unitCopy.ts";
import { unitNames, unknownUnit } from "./units.ts";

/**
 * Lets this machine's systemctl work on a copy of the tree's units, and takes the links that it made and removed.
 * @throws Failure `unit-unknown`, `unit-refused`, `tool-missing`.
 */
export async function setInSystemd(
  given: PresetParameters,
  tree: Tree,
  context: StageContext,
): Promise<void> {
  const root = await context.scratch();
  const config = await copyUnits(tree, root);
  const before = await linksIn(root, config);
  const names = unitNames(tree);
  const systemctl = (args: readonly string[], at: ParameterPath) => run(root, args, at, context);
  // What is written singly has the last word over the presets.
  if (given.preset_all) await systemctl(["preset-all"], ["preset_all"]);
  if (given.default_target !== undefined) {
    const at = ["default_target"];
    if (!names.has(given.default_target)) throw unknownUnit(given.default_target, at, names, tree, context);
    await systemctl(["set-default", given.default_target], at);
  }
  for (const list of ["disable", "enable", "mask"] as const) {
    for (const [index, written] of (given[list] ?? []).entries()) {
      const at = [list, index];
      const unit = /\.[a-z]+$/.test(written) ? written : `${written}.service`;
      // Mounts and the like are often made at boot, and masked because of it.
      const isMade = list === "mask" && /\.(?:mount|automount|swap|device|slice)$/.test(unit);
      if (!isMade && !names.has(unit) && !names.has(templateOf(unit))) {
        throw unknownUnit(written, at, names, tree, context);
      }
      const said = await systemctl([list, unit], at);
      if (list === "enable" && /no installation config/.test(said)) {
        context.warn(
          `${unit} has no section [Install], so that enabling it does nothing: another unit or an event starts it.`,
          at,
        );
      }
    }
  }
  await takeChanges(before, await linksIn(root, config), context);
}

function templateOf(unit: string): string {
  return unit.replace(/@[^.]*\./, "@.");
}

async function run(
  root: string,
  args: readonly string[],
  at: ParameterPath,
  context: StageContext,
): Promise<string> {
  const { host, signal } = context;
  const accept = [0, 1, 2, 3, 4, 5];
  // Scripts of sysvinit are the business of programs of the image, which are not run.
  const env = { SYSTEMCTL_SKIP_SYSV: "1", SYSTEMD_LOG_TARGET: "console", SYSTEMD_PAGER: "" };
  const { stderr, exitCode } = await runTool(host, "systemctl", [`--root=${root}`, "--no-pager", ...args], {
    signal,
    accept,
    env,
  });
  const said = stderr.replaceAll(root, "").trim();
  for (const line of said === "" ? [] : said.split("\n")) context.log(line);
  if (exitCode === 0) return said;
  throw context.fail(
    "unit-refused",
    `systemctl ${args.join(" ")} says: ${said.split("\n").at(-1) || `exit code ${exitCode}`}`,
    {
      at,
      advice: "The unit files in the tree below decide what can be done with a unit.",
    },
  );
}

async function takeChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  context: StageContext,
): Promise<void> {
  const { layer, clock } = context;
  const owned = { uid: 0, gid: 0, mtime: clock };
  for (const [path, target] of after) {
    if (before.get(path) === target) continue;
    if (target === "") await layer.add({ type: "directory", path, mode: 0o755, ...owned });
    else await layer.add({ type: "symlink", path, mode: 0o777, target, ...owned });
  }
  const gone = [...before.keys()].filter(path => !after.has(path));
  for (const path of gone) if (!gone.some(above => path.startsWith(`${above}/`))) layer.whiteout(path);
}
