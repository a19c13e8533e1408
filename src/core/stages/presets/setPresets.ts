import type { PresetParameters } from "../presets.ts";
import { describeInit, initSystem } from "../settings/initSystem.ts";
import type { ParameterPath, StageContext } from "../stage.ts";
import { setInOpenrc } from "./openrc.ts";
import { setInSystemd } from "./systemd.ts";

/**
 * Enables and disables what the lists name, in the way of the tree's init system.
 * @throws Failure `no-services`, `unit-unknown`, `unit-refused`, placed on the value.
 */
export async function setPresets(given: PresetParameters, context: StageContext): Promise<void> {
  const tree = await context.below();
  const init = initSystem(tree);
  if (init === "systemd") {
    refuse(given.runlevel !== undefined, ["runlevel"], "systemd has no runlevels.", context);
    return setInSystemd(given, tree, context);
  }
  if (init === "openrc") {
    refuse(given.mask !== undefined, ["mask"], "OpenRC cannot mask a service.", context);
    refuse(given.preset_all !== undefined, ["preset_all"], "OpenRC has no preset files.", context);
    refuse(given.default_target !== undefined, ["default_target"], "OpenRC has no targets.", context);
    return setInOpenrc(given, tree, context);
  }
  const advice =
    init === "busybox" || init === "sysvinit"
      ? "There, /etc/inittab and /etc/init.d say what starts: write them with the stage `files`."
      : "Put this stage behind the one that brings systemd.";
  throw context.fail("no-services", `${describeInit(init)} It has no units to enable or disable.`, {
    at: [],
    advice,
  });
}

function refuse(isGiven: boolean, at: ParameterPath, why: string, context: StageContext): void {
  if (isGiven) throw context.fail("no-services", why, { at, advice: "Leave the key out." });
}
