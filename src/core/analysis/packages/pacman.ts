import type { Tree } from "../../tree/tree.ts";
import type { InstalledPackage } from "./installedPackage.ts";
import type { LayerFiles } from "./layerFiles.ts";

const folder = "var/lib/pacman/local";

/**
 * The packages in pacman's database. When a stage removed all of it, the newest record of each package counts that is
 * in a layer below.
 */
export async function pacmanPackages(files: LayerFiles, tree: Tree): Promise<InstalledPackage[]> {
  const descs = files.paths(folder, "/desc").sort((a, b) => files.level(b) - files.level(a));
  const kept = descs.filter(desc => tree.resolve(desc) !== undefined);
  if (kept.length > 0) return recordsOf(kept, files);
  const byName = new Map<string, InstalledPackage>();
  for (const each of await recordsOf(descs, files)) if (!byName.has(each.name)) byName.set(each.name, each);
  // One that lists nothing may as well have been removed by pacman before.
  return [...byName.values()].filter(({ paths }) => paths?.length !== 0);
}

async function recordsOf(descs: readonly string[], files: LayerFiles): Promise<InstalledPackage[]> {
  const found: InstalledPackage[] = [];
  for (const desc of descs) {
    const fields = sectionsOf((await files.text(desc)) ?? "");
    const [[name], [version], [arch]] = [fields.of("NAME"), fields.of("VERSION"), fields.of("ARCH")];
    if (!name || !version) continue;
    const list = await files.text(desc.replace(/desc$/, "files"));
    const paths = list === undefined ? undefined : sectionsOf(list).of("FILES");
    found.push({ type: "alpm", name, version, arch, licenses: fields.of("LICENSE"), paths });
  }
  return found;
}

/** `%NAME%`, then its values, a line each, up to a blank line. */
function sectionsOf(text: string): { of(name: string): string[] } {
  const sections = new Map<string, string[]>();
  let values: string[] = [];
  for (const line of text.split("\n")) {
    const name = /^%([A-Z0-9]+)%$/.exec(line)?.[1];
    if (name !== undefined) {
      values = [];
      sections.set(name, values);
    } else if (line !== "") {
      values.push(line);
    }
  }
  return { of: name => sections.get(name) ?? [] };
}
