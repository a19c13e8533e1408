import { type Static, Type } from "@sinclair/typebox";
import { packagePattern } from "../../debian/package.ts";
import { hostPathField, sha256Field } from "../../recipe/fields.ts";

/** Where the source of a program comes from. */
export const sourceField = (words: {
  readonly what: string;
  readonly file: string;
  readonly package: string;
  readonly packageDescription: string;
}) =>
  Type.Union(
    [
      hostPathField({
        examples: [words.file],
        description:
          `Tar of ${words.what}, or a folder with it, relative to the recipe file; or an https URL of a tar, which ` +
          "needs `sha256`. In a folder, `.git` is left alone.",
      }),
      Type.Object(
        {
          package: Type.String({
            pattern: packagePattern,
            patternErrorMessage: "a package name, or NAME=VERSION",
            examples: [words.package],
            description: words.packageDescription,
          }),
        },
        { additionalProperties: false, description: `${words.what} from the mirrors of this system.` },
      ),
    ],
    { description: `Where ${words.what} comes from.` },
  );

/** The digest that belongs to a source. */
export const sourceSha256 = sha256Field({
  description: "SHA-256 of the tar, 64 hexadecimal digits. A URL must have it.",
});

export type Source = Static<ReturnType<typeof sourceField>>;
