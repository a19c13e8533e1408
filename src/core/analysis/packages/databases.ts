import type { Layer } from "../../tree/layer.ts";
import type { Tree } from "../../tree/tree.ts";
import { apkPackages } from "./apk.ts";
import { dpkgPackages } from "./dpkg.ts";
import type { InstalledPackage } from "./installedPackage.ts";
import { LayerFiles } from "./layerFiles.ts";
import { pacmanPackages } from "./pacman.ts";

/** Where the databases lie. rpm's are none that can be read without rpm: such packages stay unknown. */
const folders = ["var/lib/dpkg", "var/lib/pacman/local", "lib/apk/db", "usr/lib/apk/db"];

/** Every package that a database in the stack knows. Of a database that a stage removed, the newest one below counts. */
export async function installedPackages(layers: readonly Layer[], tree: Tree): Promise<InstalledPackage[]> {
  const files = new LayerFiles(layers, tree, folders);
  return [
    ...(await dpkgPackages(files)),
    ...(await pacmanPackages(files, tree)),
    ...(await apkPackages(files)),
  ];
}
