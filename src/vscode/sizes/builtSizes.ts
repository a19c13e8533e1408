import type { LastBuild } from "../../core/build/lastBuild.ts";
import type { Host } from "../../core/host/host.ts";
import { packEntries } from "../../shared/protocol/entryColumns.ts";
import type { BuiltSizes } from "../../shared/protocol/sizes.ts";

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
    outputs: last.report.outputs.map(({ name, kind, path, bytes }) => ({ name, kind, path, bytes })),
    entries: packEntries(
      entries,
      names,
      packages.map(each => each.label),
    ),
  };
}
