import type { LastBuild } from "../../core/build/lastBuild.ts";
import type { Host } from "../../core/host/host.ts";
import { packEntries } from "../../shared/protocol/entryColumns.ts";
import type { BuiltSizes, OutputSizes } from "../../shared/protocol/sizes.ts";

/** A build seen by size, read from the store; undefined when its layers are no longer kept. */
export async function builtSizesOf(last: LastBuild, host: Host): Promise<BuiltSizes | undefined> {
  const [{ loadImage }, { sizesOf }] = await Promise.all([
    import("../../core/analysis/stackedImage.ts"),
    import("../../core/analysis/sizes.ts"),
  ]);
  const image = await loadImage(last, host);
  if (!image) return undefined;
  const names = last.report.stages.map(stage => stage.name);
  const { totalBytes, files, packages, entries } = sizesOf(image.tree, names, image.owners);
  return {
    builtAt: last.finishedAt,
    totalBytes,
    files,
    stages: last.report.stages.map(({ name, kind, addedBytes, removedBytes, seconds, cached }) => ({
      name,
      kind,
      addedBytes,
      removedBytes,
      seconds,
      cached,
    })),
    packages: packages.map(({ label, version, type, bytes, files: count }) => {
      return { label, version, type, bytes, files: count };
    }),
    outputs: outputSizes(last),
    entries: packEntries(
      entries,
      names,
      packages.map(each => each.label),
    ),
  };
}

/** The images alone: what they are booted with lies beside them and would only hide them. */
function outputSizes({ report, outputs }: LastBuild): OutputSizes[] {
  return report.outputs
    .filter(({ name, kind }) => outputs[name]?.kind === kind)
    .map(({ name, kind, path, bytes }) => {
      const packed = report.outputs.find(each => each.name === name && each.kind === "packed");
      return { name, kind, path, bytes, packedBytes: packed?.bytes };
    });
}
