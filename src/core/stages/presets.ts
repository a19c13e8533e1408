import { type Static, Type } from "@sinclair/typebox";
import { defineStage } from "./stage.ts";

const unitList = (description: string) =>
  Type.Optional(
    Type.Array(
      Type.String({
        pattern: "^[A-Za-z0-9:_.@\\\\-]{1,255}$",
        patternErrorMessage: "the name of a unit, such as ssh.service",
        description: "Name of a unit; without an ending it is a service.",
      }),
      { uniqueItems: true, default: [], description },
    ),
  );

const parameters = Type.Object(
  {
    enable: unitList("Units that start with the system, as `systemctl enable` says it."),
    disable: unitList("Units that do not, as `systemctl disable` says it."),
    mask: unitList("Units that cannot be started at all, as `systemctl mask` says it."),
    preset_all: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          "First enables or disables every unit as the image's preset files say (`systemctl preset-all`).",
      }),
    ),
    default_target: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9:_.@\\\\-]+\\.target$",
        patternErrorMessage: "the name of a target, such as multi-user.target",
        description: "What the system starts into.",
        examples: ["multi-user.target", "graphical.target"],
      }),
    ),
    runlevel: Type.Optional(
      Type.String({
        pattern: "^[a-z][a-z0-9_-]*$",
        patternErrorMessage: "the name of a runlevel, such as default or boot",
        default: "default",
        description: "With OpenRC: the runlevel that services are enabled in. disable takes them out of all.",
      }),
    ),
  },
  { additionalProperties: false, description: "Which units start with the system." },
);

export type PresetParameters = Static<typeof parameters>;

/** `presets`: which services start with the system. */
export const presets = defineStage({
  kind: "presets",
  version: 1,
  icon: "checklist",
  summary: "Enables, disables and masks systemd units (or OpenRC services) of the image.",
  parameters,
  readsTree: true,
  example: "{ enable: [ ssh.service ] }",
  inputs(given, place) {
    const seen = new Map<string, string>();
    for (const list of ["enable", "disable", "mask"] as const) {
      for (const [index, unit] of (given[list] ?? []).entries()) {
        const name = /\.[a-z]+$/.test(unit) ? unit : `${unit}.service`;
        const other = seen.get(name);
        if (other !== undefined) {
          throw place.fail("unit-twice", `${unit} is in ${other} already.`, {
            at: [list, index],
            advice: "Keep it in one of the lists.",
          });
        }
        seen.set(name, list);
      }
    }
    return [];
  },
  async apply(given, context) {
    const { setPresets } = await import("./presets/setPresets.ts");
    await setPresets(given, context);
  },
});
