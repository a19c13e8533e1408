import { type Static, Type } from "@sinclair/typebox";
import { atParameter } from "./atParameter.ts";
import { defineStage } from "./stage.ts";

/** A name as templates have it. */
const word = (name: string): string => `\`$${`{${name}}`}\``;

const valueOr = (what: string) =>
  Type.Union([
    Type.String({ description: `${what} Templates are replaced.` }),
    Type.Null({ description: "Takes the field away." }),
  ]);

const parameters = Type.Object(
  {
    image_id: Type.Optional(
      Type.Union([Type.String(), Type.Null()], {
        description:
          "The field IMAGE_ID, which names the image. Default: the recipe's name in lower case. null takes the field away.",
      }),
    ),
    image_version: Type.Optional(
      Type.Union([Type.String(), Type.Null()], {
        description:
          "The field IMAGE_VERSION. Default: the recipe's version, if it has one. null takes the field away.",
        examples: [`${word("version")}+${word("git.hash")}`.replaceAll("`", "")],
      }),
    ),
  },
  {
    additionalProperties: valueOr("The field's value."),
    description:
      "Fields of os-release by name (NAME, PRETTY_NAME, VARIANT_ID …) with their values; null takes a field away. In values " +
      `these are replaced: ${word("version")} and ${word("name")} of the recipe, ${word("arch")}, ${word("git.hash")} (12 ` +
      `digits) and ${word("git.describe")} of the recipe's folder, ${word("date")} (the day of SOURCE_DATE_EPOCH), and ` +
      `${word("FIELD")}, the value of another field, or what this one was. \`$$\` is a \`$\`.`,
  },
);

export type OsReleaseParameters = Static<typeof parameters>;

/** `osrelease`: what the system says that it is. */
export const osrelease = defineStage({
  kind: "osrelease",
  version: 1,
  icon: "versions",
  summary: "Sets fields of os-release: what the system says that it is, and the image's name and version.",
  parameters,
  readsTree: true,
  localFacts: true,
  example: '{ VARIANT: "Demo" }',
  inputs(given, place) {
    for (const key of Object.keys(given)) {
      if (key === "image_id" || key === "image_version" || /^[A-Z][A-Z0-9_]*$/.test(key)) continue;
      const advice = /^[a-z][A-Za-z0-9_]*$/.test(key)
        ? `Write it in capitals: ${key.toUpperCase()}.`
        : "Fields are capital letters, digits and _.";
      throw place.fail("osrelease-field", `${key} is no field of os-release.`, { at: [key], advice });
    }
    return [];
  },
  async resolve(given, context) {
    const { templateFacts } = await import("./osrelease/templateFacts.ts");
    return templateFacts(given, context);
  },
  async apply(given, context, resolved) {
    const { setFields } = await import("./osrelease/setFields.ts");
    await atParameter(context, [], () => setFields(given, resolved, context));
  },
});
