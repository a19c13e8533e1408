import type { Plan } from "../build/plan.ts";
import type { Layer } from "../tree/layer.ts";
import type { Tree } from "../tree/tree.ts";
import type { Owners } from "./owners.ts";
import type { PackageIdentity } from "./packages/installedPackage.ts";
import { licensesOf } from "./packages/licenses.ts";
import { sizesOf } from "./sizes.ts";

/** What an image is made of, for people and programs that get it: `out/NAME/manifest.json`. */
export interface ImageManifest {
  /** Raised when the meaning of a field changes. */
  readonly manifestVersion: 1;
  readonly recipe: string;
  /** The recipe's own `version`. */
  readonly version?: string;
  readonly arch: string;
  /** In the order of the recipe. */
  readonly stages: readonly ManifestStage[];
  /** Those of which something is in the image, by name. */
  readonly packages: readonly ManifestPackage[];
  readonly outputs: readonly ManifestOutput[];
}

export interface ManifestStage {
  readonly name: string;
  readonly kind: string;
  /** sha256 (hex) of everything that decides what the stage gives. */
  readonly key: string;
}

export interface ManifestPackage {
  readonly name: string;
  readonly version: string;
  readonly arch?: string;
  readonly type: PackageIdentity["type"];
  /** In the words of the distribution; absent where they are not known. */
  readonly licenses?: readonly string[];
  /** Of its files in the image. */
  readonly bytes: number;
}

export interface ManifestOutput {
  /** Name of the output in the recipe. */
  readonly output: string;
  /** An output kind, or `kernel`, `initrd` and `cmdline` for the files an output is booted with. */
  readonly kind: string;
  /** Name of the file beside the manifest. */
  readonly file: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export interface ManifestParts {
  readonly plan: Plan;
  readonly tree: Tree;
  readonly layers: readonly Layer[];
  readonly owners: Owners;
  readonly outputs: readonly ManifestOutput[];
}

/** The manifest of an image; the same image gives the same one everywhere and at any time. */
export async function manifestOf(parts: ManifestParts): Promise<ImageManifest> {
  const { recipe, stages } = parts.plan;
  return {
    manifestVersion: 1,
    recipe: recipe.name,
    ...(recipe.version === undefined ? {} : { version: recipe.version }),
    arch: recipe.arch,
    stages: stages.map(({ name, kind, key }) => ({ name, kind, key })),
    packages: await manifestPackages(parts),
    outputs: parts.outputs,
  };
}

/** The packages of an image with their licences, by name. */
export async function manifestPackages({
  tree,
  layers,
  owners,
}: Pick<ManifestParts, "tree" | "layers" | "owners">): Promise<ManifestPackage[]> {
  const licenses = await licensesOf(owners.packages, layers, tree);
  const sizes = new Map(sizesOf(tree, [], owners).packages.map(each => [each.label, each.bytes]));
  return owners.packages.map(({ name, version, arch, type, label }, at): ManifestPackage => {
    const known = licenses[at] ?? [];
    return {
      name,
      version,
      ...(arch === undefined ? {} : { arch }),
      type,
      ...(known.length === 0 ? {} : { licenses: known }),
      bytes: sizes.get(label) ?? 0,
    };
  });
}

/** As it is written to a file. */
export function manifestText(manifest: ImageManifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
