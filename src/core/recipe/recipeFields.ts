import { Type } from "@sinclair/typebox";
import { bootSchema } from "./bootSchema.ts";
import { choiceField, hostPathField } from "./fields.ts";

/** What an option may be called: it is typed on command lines and in `when`. */
export const optionNamePattern = "^(?!(and|or|not)$)[A-Za-z][A-Za-z0-9_-]*$";

const optionSchema = Type.Object(
  {
    description: Type.Optional(
      Type.String({ description: "One line that says what the option does; shown beside its checkbox." }),
    ),
    default: Type.Optional(
      Type.Boolean({ description: "Whether the option is on when nobody says otherwise.", default: false }),
    ),
  },
  {
    additionalProperties: false,
    description: "A switch: on or off.",
    examples: [{ description: "what it does", default: false }],
  },
);

/** The keys of a recipe that do not depend on the kinds of stages and outputs. */
export const recipeFields = {
  name: Type.Optional(
    Type.String({
      pattern: "^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$",
      patternErrorMessage: "at most 64 letters, digits, dots, dashes, underscores or plus signs",
      description: "Name of the image; file names begin with it. Default: the recipe's file name.",
      examples: ["boots"],
    }),
  ),
  description: Type.Optional(Type.String({ description: "One line that says what the image is for." })),
  arch: Type.Optional(
    choiceField(["x86_64", "aarch64"], {
      description: "Processor that the image is for. Default: the one of the machine that builds.",
      enumDescriptions: ["64-bit PCs (amd64)", "64-bit ARM (arm64)"],
    }),
  ),
  version: Type.Optional(
    Type.String({
      pattern: "^[A-Za-z0-9][A-Za-z0-9._+~-]{0,63}$",
      patternErrorMessage: 'a version such as "1.0" (letters, digits and . _ + ~ -)',
      description: "Version of the image; goes into file names.",
      examples: ["1.0"],
    }),
  ),
  extends: Type.Optional(
    Type.Union(
      [
        hostPathField({ description: "A recipe to build upon, relative to this file." }),
        Type.Array(hostPathField({ description: "A recipe to build upon, relative to this file." }), {
          minItems: 1,
        }),
      ],
      {
        description:
          "Recipes to build upon, relative to this file; merged in order, this file last. Their stages come first, outputs of the same name and values of the same key are replaced.",
      },
    ),
  ),
  options: Type.Optional(
    Type.Record(Type.String({ pattern: optionNamePattern }), optionSchema, {
      additionalProperties: false,
      description: "Switches that `when` asks for; set with --with and --without or in the Recipes view.",
    }),
  ),
  boot: Type.Optional(bootSchema),
};

/** What every stage and output may carry beside its kind. */
export const itemFields = {
  name: Type.Optional(
    Type.String({
      pattern: "^[^\\s/][^\\u0000-\\u001f/]{0,79}$",
      patternErrorMessage: "one line of at most 80 characters without a slash",
      description: "Name in trees and reports. Default: the kind, with a number when it occurs again.",
    }),
  ),
  when: Type.Optional(
    Type.String({
      minLength: 1,
      format: "when",
      suggest: "options",
      description: "Option that must be on: a name, or names with `not`, `and`, `or` and parentheses.",
      examples: ["network", "not network"],
    }),
  ),
  description: Type.Optional(Type.String({ description: "One line that says why this is here." })),
};
