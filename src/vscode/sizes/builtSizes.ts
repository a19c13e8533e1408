import type { LastBuild } from "../../core/build/lastBuild.ts";
import type { Host } from "../../core/host/host.ts";
import { packEntries } from "../../shared/protocol/entryColumns.ts";
import type { BuiltSizes } from "../../shared/protocol/sizes.ts";

/** A build seen by size, read from the store; undefined when its layers are no longer kept. */
export async function builtSizesOf(last: LastBuild, host: Host): Promise<BuiltSizes | undefined> {
  const [{ loadTree }, { sizesOf }] = await Promise.all([
    import("../../core/build/loadTree.ts"),
    import("../../core/analysis/sizes.ts"),
  ]);
  const tree = await loadTree(last, host);
  if (!tree) return undefined;
  const names = last.report.stages.map(stage => stage.name);
  const { totalBytes, files, entries } = sizesOf(tree, names);
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
    outputs: last.report.outputs.map(({ name, kind, path, bytes }) => ({ name, kind, path, bytes })),
    entries: packEntries(entries, names),
  };
}
