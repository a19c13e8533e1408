import { basename } from "node:path";
import type { ManifestReport, OutputReport } from "../../shared/report.ts";
import { manifestOf, manifestText } from "../analysis/imageManifest.ts";
import { declaredPackages, rememberedOwners, stageLayers } from "../analysis/stackedImage.ts";
import { Failure } from "../failure.ts";
import type { StagePackage } from "../stages/stage.ts";
import type { BuildRun } from "./buildRun.ts";
import { manifestReport } from "./lastBuild.ts";
import type { OutFolder } from "./outFolder.ts";
import type { StageGraph } from "./stageGraph.ts";

export interface WrittenManifest {
  readonly report: ManifestReport;
  /** By stage: the packages that it brings without leaving a package database in the image. */
  readonly packages: readonly (readonly StagePackage[])[];
}

/**
 * Writes what the image is made of beside its outputs.
 * @param upToDate the outputs that are, made by this build or before
 */
export async function writeManifest(
  run: BuildRun,
  graph: StageGraph,
  folder: OutFolder,
  upToDate: readonly OutputReport[],
): Promise<WrittenManifest> {
  const { plan, host } = run;
  const tree = await graph.tree(plan.stages.length);
  const layers = (await stageLayers(plan.stages, host))?.flat();
  if (!layers) throw new Failure("tree-missing", "The layers of the image are no longer in the cache.");
  const packages = declaredPackages(plan, run.kinds);
  const owners = await rememberedOwners(tree, layers, packages);
  const outputs = upToDate.map(({ name, kind, path, bytes, sha256 }) => {
    return { output: name, kind, file: basename(path), bytes, sha256 };
  });
  const manifest = await manifestOf({ plan, tree, layers, owners, outputs });
  run.signal.throwIfAborted();
  const written = await folder.writeManifest(manifestText(manifest));
  return { report: manifestReport(written, run.outDir), packages };
}
