import type { Place } from "../../stages/stage.ts";
import { type DiskParameters, mostLabelBytes } from "./diskSchema.ts";
import { isReadOnly } from "./root/rootKind.ts";

type Refuse = Pick<Place, "fail">;

/**
 * Refuses a label where there can be none, or one that is too long.
 * @throws Failure `disk-label`, located
 */
export function checkLabel(given: DiskParameters, place: Refuse): void {
  if (given.label === undefined) return;
  if (isReadOnly(given)) {
    throw place.fail("disk-label", `A ${given.filesystem} has no label.`, {
      at: ["label"],
      advice: "Remove label.",
    });
  }
  if (Buffer.byteLength(given.label) <= mostLabelBytes) return;
  throw place.fail("disk-label", `The label has more than ${mostLabelBytes} bytes.`, {
    at: ["label"],
    advice: "Shorten it; letters beyond ASCII take two bytes or more.",
  });
}

/**
 * Refuses a journal where there can be none, or none where there must be one.
 * @throws Failure `disk-journal`, located
 */
export function checkJournal({ filesystem = "ext4", journal }: DiskParameters, place: Refuse): void {
  if (journal === undefined || filesystem === "ext4") return;
  if (filesystem === (journal ? "ext3" : "ext2")) return;
  const what = filesystem === "ext3" ? "always has a" : "has no";
  throw place.fail("disk-journal", `${filesystem} ${what} journal.`, {
    at: ["journal"],
    advice: "Remove journal, or write filesystem: ext4.",
  });
}
