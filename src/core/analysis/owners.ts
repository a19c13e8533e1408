import type { StagePackage } from "../stages/stage.ts";
import type { Layer } from "../tree/layer.ts";
import { parentOf } from "../tree/path.ts";
import type { Tree } from "../tree/tree.ts";
import { installedPackages } from "./packages/databases.ts";
import { entryFinder } from "./packages/entryFinder.ts";
import type { InstalledPackage } from "./packages/installedPackage.ts";
import { labelsOf } from "./packages/labels.ts";
import { type ChoosePackage, stagePackageOf } from "./packages/stagePackages.ts";

/** A package that something in a tree belongs to. */
export interface OwningPackage
  extends Pick<InstalledPackage, "name" | "version" | "arch" | "type" | "licenses"> {
  /** Its name; with more words where several packages of the image have that name. */
  readonly label: string;
}

/** Which package each entry of a tree belongs to. */
export interface Owners {
  /** Sorted by label. */
  readonly packages: readonly OwningPackage[];
  /** For each of the tree's entries: position in `packages`, or `noOwner`. */
  readonly ofEntry: Uint16Array;
}

export const noOwner = 0xffff;
/** A directory that several packages list belongs to none of them. */
const shared = 0xfffe;

export interface OwnersInput {
  readonly tree: Tree;
  /** All layers of the stack, bottom first; also those of which nothing is left in the tree. */
  readonly layers: readonly Layer[];
  /** By stage: the packages that it took apart by itself (StageKind.packages). */
  readonly declared: readonly (readonly StagePackage[])[];
}

/**
 * Finds out which package each entry belongs to: what a stage brought that names its packages is theirs; otherwise the
 * package databases in the tree, or in the layers below a stage that removed them, say whose a path is. A package
 * of which nothing is left in the tree is not among the packages.
 */
export async function ownersOf({ tree, layers, declared }: OwnersInput): Promise<Owners> {
  const owners = new Claims(tree);
  const choices = declared.map(stagePackageOf);
  if (choices.some(choose => choose !== undefined)) owners.claimStages(choices);
  for (const each of await installedPackages(layers, tree)) owners.claim(each);
  return owners.result();
}

type Claimant = Omit<InstalledPackage, "paths">;

class Claims {
  readonly #tree: Tree;
  readonly #find: ReturnType<typeof entryFinder>;
  readonly #claimants: Claimant[] = [];
  readonly #ofEntry: Uint16Array;
  /** By claimant: whether something of it is there. */
  readonly #present = new Set<number>();

  constructor(tree: Tree) {
    this.#tree = tree;
    this.#find = entryFinder(tree);
    this.#ofEntry = new Uint16Array(tree.entries.length).fill(noOwner);
  }

  claimStages(choices: readonly (ChoosePackage | undefined)[]): void {
    const known = new Map<StagePackage, number>();
    for (const [at, entry] of this.#tree.entries.entries()) {
      const chosen = entry.type === "directory" ? undefined : choices[entry.stage]?.(entry.path);
      if (!chosen) continue;
      const claimant = known.get(chosen) ?? this.#add({ ...chosen, arch: undefined, licenses: [] });
      known.set(chosen, claimant);
      this.#give(at, claimant);
    }
  }

  claim({ paths, ...identity }: InstalledPackage): void {
    const claimant = this.#add(identity);
    // Nothing was listed that could be missing: a package that only depends on others.
    let isWhole = true;
    const folders = new Set(paths?.map(parentOf));
    for (const path of paths ?? []) {
      const at = this.#find(path);
      const type = at === undefined ? undefined : this.#tree.entries[at]?.type;
      // The package has a folder where the tree has a link to one (/lib): the link is not the package's.
      if (type === "symlink" && folders.has(path)) continue;
      if (type !== "directory") isWhole = false;
      if (at === undefined) continue;
      if (type === "directory") this.#giveFolder(at, claimant);
      else this.#give(at, claimant);
    }
    if (isWhole) this.#present.add(claimant);
  }

  #add(claimant: Claimant): number {
    return this.#claimants.push(claimant) - 1;
  }

  #give(at: number, claimant: number): void {
    if (this.#ofEntry[at] !== noOwner) return;
    this.#ofEntry[at] = claimant;
    this.#present.add(claimant);
  }

  #giveFolder(at: number, claimant: number): void {
    this.#ofEntry[at] = this.#ofEntry[at] === noOwner ? claimant : shared;
  }

  result(): Owners {
    const present = [...this.#present].flatMap(at => {
      const claimant = this.#claimants[at];
      return claimant ? [{ at, claimant }] : [];
    });
    const labels = labelsOf(present.map(each => each.claimant));
    const labelled = present.map((each, index) => ({ ...each, label: labels[index] ?? each.claimant.name }));
    labelled.sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
    const position = new Map(labelled.map(({ at }, index) => [at, index]));
    return {
      packages: labelled.map(({ claimant, label }) => ({ ...claimant, label })),
      ofEntry: this.#ofEntry.map(at => position.get(at) ?? noOwner),
    };
  }
}
