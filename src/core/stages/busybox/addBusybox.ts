import { meant } from "../../recipe/nearest.ts";
import type { ParameterPath, StageContext } from "../stage.ts";
import { type Applet, readApplets } from "./applets.ts";
import type { Program } from "./program.ts";

export interface BusyboxParts {
  readonly applets?: "all" | "none" | readonly string[] | undefined;
  readonly links?: "symbolic" | "hard" | undefined;
  readonly init?: boolean | undefined;
  /** Where the recipe names the program. */
  readonly at: ParameterPath;
}

const program = "bin/busybox";

/**
 * Adds the program and a link for each applet that is wanted. No folders: whatever a system needs besides is for
 * its recipe to say.
 * @throws Failure `applet-unknown`, `applets-hidden`.
 */
export async function addBusybox(
  { bytes, mtime, applets: known }: Program,
  parts: BusyboxParts,
  context: StageContext,
): Promise<void> {
  const { layer, clock } = context;
  const owned = { uid: 0, gid: 0 };
  await layer.add({ type: "file", path: program, mode: 0o755, ...owned, mtime }, { bytes });
  const applets = wanted(known ?? readApplets(bytes), parts, context);
  for (const { name, folder } of applets) {
    const path = `${folder}/${name}`;
    if (parts.links === "hard") {
      await layer.add({ type: "file", path, mode: 0o755, ...owned, mtime }, { hardLink: program });
    } else {
      await layer.add({ type: "symlink", path, mode: 0o777, ...owned, mtime: clock, target: `/${program}` });
    }
  }
  const release = /BusyBox v([\w.-]+)/.exec(bytes.toString("latin1"))?.[1] ?? "";
  context.log(`BusyBox ${release}: ${applets.length} links`);
}

function wanted(all: readonly Applet[], parts: BusyboxParts, context: StageContext): Applet[] {
  const { applets = "all", init } = parts;
  // /linuxrc belongs to a way of booting that is long gone.
  const has = all.filter(each => each.folder !== "" && each.name !== "busybox");
  const needsTable = applets === "all" || init === true || (applets !== "none" && applets.length > 0);
  if (has.length === 0 && needsTable) {
    throw context.fail("applets-hidden", "This BusyBox does not show which applets it has.", {
      advice: "A packed program (UPX) hides them: give the program as it was built.",
      at: parts.at,
    });
  }
  const names = new Set(applets === "all" ? has.map(each => each.name) : applets === "none" ? [] : applets);
  // The program itself is there in any case.
  names.delete("busybox");
  if (init === false) names.delete("init");
  else if (init === true || has.some(each => each.name === "init")) names.add("init");
  checkNames(names, has, parts, context);
  return has.filter(each => names.has(each.name));
}

function checkNames(
  names: ReadonlySet<string>,
  has: readonly Applet[],
  { applets }: BusyboxParts,
  context: StageContext,
): void {
  const known = has.map(each => each.name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const index = Array.isArray(applets) ? applets.indexOf(name) : -1;
    const advice = meant(name, known);
    throw context.fail("applet-unknown", `This BusyBox has no applet ${name}.`, {
      ...(advice === undefined ? {} : { advice }),
      at: index < 0 ? ["init"] : ["applets", index],
    });
  }
}
