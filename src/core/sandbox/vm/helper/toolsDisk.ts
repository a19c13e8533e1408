import { rename } from "node:fs/promises";
import type { PackageVersion } from "../../../debian/package.ts";
import { makeAround } from "../../../outputs/disk/ext4/fit.ts";
import { openMaker } from "../../../outputs/disk/ext4/maker.ts";
import { createLayerBuilder } from "../../../tree/layerBuilder.ts";
import { stackLayers } from "../../../tree/stack.ts";
import { fetchTogether } from "./fetchTogether.ts";
import type { HelperWork } from "./kernelTree.ts";
import { addTools } from "./toolsTree.ts";

const identity = {
  uuid: "77686974-746c-4502-8068-656c70657200",
  hashSeed: "77686974-746c-4502-8068-656c70657201",
  label: "whittle-tools",
  clock: 0,
};

/** Writes an ext4 image with Debian packages, unpacked but not configured, to the new file `path`. */
export async function makeToolsDisk(
  path: string,
  packages: readonly PackageVersion[],
  work: HelperWork,
): Promise<void> {
  const { host, temp, signal } = work;
  const debs = await fetchTogether(host, { ...work, packages });
  const layer = createLayerBuilder({ folder: await temp.folder(), clock: 0, signal });
  try {
    await addTools(host, debs, layer, signal);
    const tree = stackLayers([await layer.finish(signal)]);
    const folder = await temp.folder();
    const maker = await openMaker({ host, signal, folder, identity }, tree, false, () => {});
    await makeAround(maker, 0);
    await maker.close();
    await rename(maker.path, path);
  } finally {
    await layer.discard();
  }
}
