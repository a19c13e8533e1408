import type { InstalledPackage } from "./installedPackage.ts";
import type { LayerFiles } from "./layerFiles.ts";

const places = ["lib/apk/db", "usr/lib/apk/db"];

/** The packages in apk's database; it is one file, which moved to /usr with apk 3. */
export async function apkPackages(files: LayerFiles): Promise<InstalledPackage[]> {
  const paths = places.map(place => `${place}/installed`);
  const newest = paths.reduce((a, b) => (files.level(b) > files.level(a) ? b : a));
  const text = (await files.text(newest)) ?? "";
  return text.split("\n\n").flatMap(packageIn);
}

/** Each line begins with a letter: P name, V version, A architecture, L licence, F a folder, R a file in it. */
function packageIn(stanza: string): InstalledPackage[] {
  const first = new Map<string, string>();
  const paths: string[] = [];
  let folder = "";
  for (const line of stanza.split("\n")) {
    if (line.charAt(1) !== ":") continue;
    const letter = line.charAt(0);
    const value = line.slice(2);
    if (letter === "F") {
      folder = value;
      if (folder !== "") paths.push(folder);
    } else if (letter === "R") {
      paths.push(folder === "" ? value : `${folder}/${value}`);
    } else if (!first.has(letter)) {
      first.set(letter, value);
    }
  }
  const name = first.get("P");
  const version = first.get("V");
  if (!name || !version) return [];
  const license = first.get("L");
  return [{ type: "apk", name, version, arch: first.get("A"), licenses: license ? [license] : [], paths }];
}
