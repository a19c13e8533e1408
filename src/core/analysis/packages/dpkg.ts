import type { InstalledPackage } from "./installedPackage.ts";
import type { LayerFiles } from "./layerFiles.ts";
import { fieldsOf, stanzasOf } from "./stanzas.ts";

const folder = "var/lib/dpkg";

/** States of dpkg's `Status` in which a package's files are there. */
const unpacked = new Set([
  ...["installed", "unpacked", "half-installed", "half-configured", "triggers-awaited", "triggers-pending"],
]);

/**
 * The packages in dpkg's database. Images without dpkg (distroless ones) have a file a package in `status.d`, with
 * its files in the list of checksums.
 */
export async function dpkgPackages(files: LayerFiles): Promise<InstalledPackage[]> {
  const status = stanzasOf((await files.text(`${folder}/status`)) ?? "");
  const diverted = diversions((await files.text(`${folder}/diversions`)) ?? "");
  const found: InstalledPackage[] = [];
  for (const stanza of status) {
    const fields = fieldsOf(stanza, ["package", "version", "architecture", "status"]);
    const { package: name, version, architecture: arch } = fields;
    if (!name || !version || !unpacked.has(fields.status?.split(" ").at(-1) ?? "")) continue;
    const list =
      (await files.text(`${folder}/info/${name}.list`)) ??
      (await files.text(`${folder}/info/${name}:${arch}.list`));
    const paths = list?.split("\n").flatMap(line => pathIn(diverted.placeOf(line, name)));
    found.push({ type: "deb", name, version, arch, licenses: [], paths });
  }
  return [...found, ...(await singleFiles(files))];
}

async function singleFiles(files: LayerFiles): Promise<InstalledPackage[]> {
  const found: InstalledPackage[] = [];
  for (const path of files.paths(`${folder}/status.d`, "")) {
    if (path.endsWith(".md5sums") || path.endsWith(".list")) continue;
    const fields = fieldsOf((await files.text(path)) ?? "", ["package", "version", "architecture"]);
    const { package: name, version, architecture: arch } = fields;
    if (!name || !version) continue;
    const sums = await files.text(`${path}.md5sums`);
    const list = sums?.split("\n").map(line => line.replace(/^[0-9a-f]+ +/, ""));
    found.push({ type: "deb", name, version, arch, licenses: [], paths: list?.flatMap(pathIn) });
  }
  return found;
}

function pathIn(line: string): string[] {
  const path = line.replace(/^(?:\.?\/)+/, "");
  return path === "" || path === "." ? [] : [path];
}

interface Diversions {
  /** Where `path` of package `name` really lies. */
  placeOf(path: string, name: string): string;
}

/** `diversions` has three lines for each: the path, where it goes, and the package whose own file stays. */
function diversions(text: string): Diversions {
  const lines = text.split("\n");
  const byPath = new Map<string, { to: string; by: string }>();
  for (let at = 0; at + 2 < lines.length; at += 3) {
    const [path = "", to = "", by = ""] = lines.slice(at, at + 3);
    byPath.set(path, { to, by });
  }
  return {
    placeOf(path, name) {
      const diverted = byPath.get(path);
      return diverted && diverted.by !== name ? diverted.to : path;
    },
  };
}
