import { stableUuid } from "../build/outputWork.ts";
import type { Plan } from "../build/plan.ts";
import { manifestPackages } from "./imageManifest.ts";
import { distributionOf } from "./packages/distribution.ts";
import type { StackedImage } from "./stackedImage.ts";

export interface BillOfMaterials {
  /** CycloneDX 1.6, JSON. */
  readonly text: string;
  readonly packages: number;
}

/** The bill of materials of an image; the same image gives the same text everywhere and at any time. */
export async function sbomOf(plan: Plan, image: StackedImage, tool: string): Promise<BillOfMaterials> {
  const { billOfMaterials } = await import("./sbom/billOfMaterials.ts");
  const { recipe, clock, treeKey } = plan;
  const packages = await manifestPackages(image);
  const text = billOfMaterials({
    recipe: { name: recipe.name, version: recipe.version, arch: recipe.arch },
    packages,
    distribution: await distributionOf(image.layers, image.tree),
    uuid: stableUuid(["sbom", recipe.name, treeKey]),
    clock,
    tool,
  });
  return { text, packages: packages.length };
}
