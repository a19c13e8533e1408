import { choiceField } from "../../recipe/fields.ts";

export const packMethods = ["gz", "xz", "zst"] as const;
export type PackMethod = (typeof packMethods)[number];

/** The field `pack` of outputs whose images are compressed as a whole only for their way to others. */
export const packField = () =>
  choiceField(packMethods, {
    description:
      "Also write the image compressed, with this ending, beside the image; for downloads. It cannot be booted as it is.",
    enumDescriptions: [
      "Unpacked by everything.",
      "Smallest; slow to write and to unpack.",
      "Nearly as small as xz and unpacked several times faster.",
    ],
  });

/** What an output with packField() asks for. */
export function packOf(parameters: unknown): PackMethod | undefined {
  const { pack } = (parameters ?? {}) as { readonly pack?: unknown };
  return packMethods.find(each => each === pack);
}
