import { noStage } from "../../../src/shared/protocol/entryColumns.ts";
import type { BuiltSizes } from "../../../src/shared/protocol/sizes.ts";
import type { SizeTree } from "./sizeTree.ts";

/** What one stage did to the image; the rows of the chart and its table. */
export interface StageRow {
  /** Position in the recipe; `noStage` for what no stage accounts for. */
  readonly stage: number;
  readonly name: string;
  readonly kind: string;
  readonly addedBytes: number;
  readonly removedBytes: number;
  /** Bytes that the stage changed the image by; over all rows they sum up to the total. */
  readonly netBytes: number;
  /** Bytes of the final image that come from it; over all rows they sum up to the total as well. */
  readonly keptBytes: number;
  /** Undefined for what no stage accounts for. */
  readonly seconds: number | undefined;
  readonly cached: boolean;
}

/**
 * One row a stage, and a last one, "unattributed", when the stages' own figures and the entries do not account for
 * every byte of the total: figures that silently disagree would be believed by nobody.
 */
export function stageRows(built: BuiltSizes, tree: SizeTree): StageRow[] {
  const rows = built.stages.map(
    (stage, index): StageRow => ({
      stage: index,
      name: stage.name,
      kind: stage.kind,
      addedBytes: stage.addedBytes,
      removedBytes: stage.removedBytes,
      netBytes: stage.addedBytes - stage.removedBytes,
      keptBytes: tree.stageBytes[index] ?? 0,
      seconds: stage.seconds,
      cached: stage.cached,
    }),
  );
  const net = rows.reduce((sum, row) => sum + row.netBytes, 0);
  const kept = rows.reduce((sum, row) => sum + row.keptBytes, 0);
  const total = built.totalBytes;
  return net === total && kept === total ? rows : [...rows, unattributed(total - net, total - kept)];
}

function unattributed(netBytes: number, keptBytes: number): StageRow {
  return {
    stage: noStage,
    name: "unattributed",
    kind: "",
    addedBytes: Math.max(netBytes, 0),
    removedBytes: Math.max(-netBytes, 0),
    netBytes,
    keptBytes,
    seconds: undefined,
    cached: false,
  };
}
