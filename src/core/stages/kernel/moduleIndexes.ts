import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "../../host/runTool.ts";
import type { StageContext } from "../stage.ts";

/** What depmod reads; every other `modules.*` beside the modules is something that it writes. */
const made = new Set(["modules.order", "modules.builtin", "modules.builtin.modinfo"]);

/** Whether a path under lib/modules is an index that depmod makes (modules.dep, modules.alias.bin …). */
export function isModuleIndex(path: string): boolean {
  const name = /^lib\/modules\/[^/]+\/(modules\.[^/]+)$/.exec(path)?.[1];
  return name !== undefined && !made.has(name);
}

/**
 * Runs depmod over `<root>/lib/modules/<version>` and adds the indexes it writes. The same modules give the same
 * bytes, in whatever order they were unpacked.
 * @throws Failure `tool-missing`, `tool-failed`.
 */
export async function addModuleIndexes(root: string, version: string, context: StageContext): Promise<void> {
  const { host, signal, clock, layer } = context;
  await runTool(host, "depmod", ["-b", root, version], { signal, onLine: line => context.log(line) });
  const folder = join(root, "lib", "modules", version);
  const names = (await readdir(folder)).sort();
  for (const name of names) {
    const path = `lib/modules/${version}/${name}`;
    if (!isModuleIndex(path)) continue;
    const entry = { type: "file", path, mode: 0o644, uid: 0, gid: 0, mtime: clock } as const;
    await layer.add(entry, { file: join(folder, name) });
  }
}
