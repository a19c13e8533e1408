import { Type } from "@sinclair/typebox";
import { atParameter } from "./atParameter.ts";
import { defineStage } from "./stage.ts";

/** `timezone`: the local time of the system. */
export const timezone = defineStage({
  kind: "timezone",
  version: 1,
  icon: "clock",
  summary: "Sets the time zone of the system.",
  parameters: Type.String({
    pattern: "^[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*$",
    patternErrorMessage: "the name of a time zone, such as Europe/Stockholm or UTC",
    description:
      "Name of the zone as in /usr/share/zoneinfo of the image. UTC works without any zones; others need the package " +
      "`tzdata` in an earlier stage.",
    examples: ["UTC", "Europe/Stockholm"],
  }),
  readsTree: true,
  example: "UTC",
  async apply(zone, context) {
    const tree = await context.below();
    const { setTimezone } = await import("./timezone/setTimezone.ts");
    await atParameter(context, [], () => setTimezone(zone, tree, context));
  },
});
