import { noPackage } from "../../src/shared/protocol/entryColumns.ts";
import type { BuiltSizes } from "../../src/shared/protocol/sizes.ts";
import { type Matches, matchTree } from "./model/matches.ts";
import { type PackageRow, packageRows } from "./model/packageRows.ts";
import { buildPackageTree } from "./model/packageTree.ts";
import { buildSizeTree, type SizeNode, type SizeTree } from "./model/sizeTree.ts";
import { type StageRow, stageRows } from "./model/stageRows.ts";
import type { GroupColour, Palette } from "./palette.ts";
import type { ViewChoice } from "./viewChoice.ts";

/** A build, worked out once; what a person chose to see of it is not part of it. */
export interface BuiltImage {
  readonly built: BuiltSizes;
  readonly rows: readonly StageRow[];
  readonly packages: readonly PackageRow[];
  /** The tree of an arrangement; made when it is first asked for. */
  tree(arrangement: ViewChoice["arrangement"]): SizeTree;
}

/** A build that is shown, as the person chose to see it. */
export interface ShownBuild {
  readonly built: BuiltSizes;
  readonly tree: SizeTree;
  readonly arrangement: ViewChoice["arrangement"];
  /** What the colours stand for. */
  readonly colours: ViewChoice["colours"];
  readonly rows: readonly StageRow[];
  /** Empty when nothing is known of packages. */
  readonly packages: readonly PackageRow[];
  readonly folder: SizeNode;
  readonly selected: SizeNode | undefined;
  /** The one stage shown. */
  readonly stage: StageRow | undefined;
  /** The one package shown. */
  readonly package: PackageRow | undefined;
  readonly matches: Matches | undefined;
  readonly filter: string;
}

export function builtImage(built: BuiltSizes): BuiltImage {
  const { entries, stages, packages } = built;
  const byFolder = buildSizeTree(entries, { stages: stages.length, packages: packages.length });
  let byPackage: SizeTree | undefined;
  return {
    built,
    rows: stageRows(built, byFolder),
    packages: packageRows(built),
    tree(arrangement) {
      if (arrangement === "folders") return byFolder;
      byPackage ??= buildPackageTree(built);
      return byPackage;
    },
  };
}

/** @param before what was shown; its matches are kept as long as they are those of the same filter. */
export function shownBuild(
  image: BuiltImage,
  choice: ViewChoice,
  before: ShownBuild | undefined,
): ShownBuild {
  const { built, rows, packages } = image;
  const hasPackages = packages.length > 0;
  const arrangement = hasPackages ? choice.arrangement : "folders";
  const tree = image.tree(arrangement);
  const stage = rows.find(row => row.name === choice.stage);
  const owner = packages.find(row => row.label === choice.package);
  const { query } = choice;
  const filter = JSON.stringify([query, stage?.stage, owner?.package]);
  const isSame = before?.tree === tree && before.filter === filter;
  const labels = built.packages.map(each => each.label);
  const node = choice.folder === "/" ? tree.root : tree.find(choice.folder);
  return {
    ...{ built, tree, arrangement, rows, packages, stage, filter },
    colours: hasPackages ? choice.colours : "stage",
    folder: node?.children ? node : tree.root,
    selected: choice.selected === "" ? undefined : tree.find(choice.selected),
    package: owner,
    matches: isSame
      ? before.matches
      : matchTree(tree, { query, stage: stage?.stage, package: owner?.package, labels }),
  };
}

/** The colour of a tile, a bar or a swatch. */
export function colourOf(node: SizeNode, colours: ViewChoice["colours"], palette: Palette): GroupColour {
  return colours === "stage" ? palette.stage(node.stage) : palette.package(node.package);
}

/** The stage that a node comes from. */
export function stageOf(node: SizeNode, { rows }: ShownBuild): StageRow | undefined {
  return rows.find(row => row.stage === node.stage);
}

/** The package that a node belongs to; undefined for none, and where nothing is known of packages. */
export function packageOf(node: SizeNode, { packages }: ShownBuild): PackageRow | undefined {
  return node.package === noPackage ? undefined : packages[node.package];
}
