import { entryTypes, noPackage, unpackPaths } from "../../../src/shared/protocol/entryColumns.ts";
import type { BuiltSizes } from "../../../src/shared/protocol/sizes.ts";
import { buildSizeTree, type SizeTree } from "./sizeTree.ts";

const directory = entryTypes.indexOf("directory");

/**
 * The image with its packages in the place of the topmost folders, each with its files in their folders. What belongs
 * to no package stands under the stage that made it.
 */
export function buildPackageTree({ entries, packages, stages }: BuiltSizes): SizeTree {
  const labels = packages.map(each => each.label);
  const groupOf = (at: number): string => {
    const owner = entries.packages[at] ?? noPackage;
    return labels[owner] ?? withoutPackage(stages[entries.stages[at] ?? -1]?.name);
  };
  return buildSizeTree(entries, {
    stages: stages.length,
    packages: packages.length,
    keys: unpackPaths(entries).map((path, at) =>
      // Folders come with what is in them; by themselves they belong to nobody in particular.
      entries.types[at] === directory ? undefined : `/${groupOf(at)}${path}`,
    ),
    pathOf(key) {
      const slash = key.indexOf("/", 1);
      return slash < 0 ? "" : key.slice(slash);
    },
  });
}

/** Stage names may have slashes, the names of nodes may not: a division slash looks the same. */
function withoutPackage(stage: string | undefined): string {
  return stage === undefined ? "no package" : `no package (stage ${stage.replaceAll("/", "∕")})`;
}
