import { globList, selectStrictly } from "./globs/select.ts";
import { defineStage } from "./stage.ts";

/** `keep`: an allow-list for the tree below; everything else goes. */
export const keep = defineStage({
  kind: "keep",
  version: 1,
  icon: "filter",
  summary: "Keeps only what the list names, and the folders it lies in; everything else goes.",
  parameters: globList("What stays, by path patterns; each must match something."),
  readsTree: true,
  example: "[ /bin/**, /etc/** ]",
  async apply(patterns, context) {
    const tree = await context.below();
    const { selected, through } = await selectStrictly(tree, patterns, context);
    const { takeAway } = await import("../tree/takeAway.ts");
    // A kept path that leads through a link would lead nowhere without the link.
    const doomed = selected.map((kept, at) => (kept || through.has(tree.entries[at]?.path ?? "") ? 0 : 1));
    const count = takeAway(tree, doomed, context.layer);
    context.log(`Keeps ${tree.entries.length - count} of ${tree.entries.length} entries.`);
  },
});
