import { globList, selectStrictly } from "./globs/select.ts";
import { defineStage } from "./stage.ts";

/** `remove`: takes files and folders out of the tree below; a layer of whiteouts. */
export const remove = defineStage({
  kind: "remove",
  version: 1,
  icon: "trash",
  summary: "Removes files and folders that earlier stages brought.",
  parameters: globList("What goes, by path patterns; each must match something."),
  readsTree: true,
  example: "[ /usr/share/doc/**, /usr/share/man ]",
  async apply(patterns, context) {
    const tree = await context.below();
    const { selected } = await selectStrictly(tree, patterns, context);
    const { takeAway } = await import("../tree/takeAway.ts");
    const count = takeAway(tree, selected, context.layer);
    context.log(`Removes ${count} of ${tree.entries.length} entries.`);
  },
});
