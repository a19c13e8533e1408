import { type Static, type StringOptions, Type } from "@sinclair/typebox";
import type { OutputContext } from "./output.ts";

const uuidPattern = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

/** A uuid that the recipe gives. */
export const uuidField = (options: StringOptions) =>
  Type.String({
    pattern: uuidPattern,
    patternErrorMessage: "a uuid, such as 1b4e28ba-2fa1-4d6e-883f-b9a761bde3fb",
    ...options,
  });

const derived = "By default it is derived from the names of recipe and output, the same in every build.";

/** The field `uuid` of an output that is a file system. */
export const fileSystemUuidField = () =>
  Type.Optional(uuidField({ description: `The file system's uuid. ${derived}` }));

/** The field `uuid` of a disk. */
export const diskUuidField = () =>
  Type.Optional(
    Type.Union(
      [
        uuidField({ description: "Of the root file system." }),
        Type.Object(
          {
            root: Type.Optional(
              uuidField({ description: "Of the root file system, as in `root=UUID=` and /etc/fstab." }),
            ),
            partition: Type.Optional(
              uuidField({ description: "Of the root's partition in a GPT, as in `root=PARTUUID=`." }),
            ),
            disk: Type.Optional(
              uuidField({
                description: "Of the disk, in its GPT; an MBR takes the last 8 digits as its signature.",
              }),
            ),
            swap: Type.Optional(uuidField({ description: "Of the swap area." })),
          },
          { additionalProperties: false, description: "Several of them." },
        ),
      ],
      {
        description: `The root file system's uuid, or several by what they are of. ${derived}`,
        examples: ["1b4e28ba-2fa1-4d6e-883f-b9a761bde3fb"],
      },
    ),
  );

export type GivenUuids = Static<ReturnType<typeof diskUuidField>>;

/** What outputs ask the uuids for (OutputContext.uuid). */
const purposes: Readonly<Record<string, readonly string[]>> = {
  root: ["ext4", "btrfs", "erofs"],
  partition: ["disk partition root"],
  disk: ["disk disk"],
  swap: ["disk swap"],
};

/** The same context with the uuids that the recipe gives, by what they are of. */
export function withUuids(given: Exclude<GivenUuids, string>, context: OutputContext): OutputContext {
  const byPurpose = new Map(
    Object.entries(given).flatMap(([of, uuid]) =>
      (purposes[of] ?? []).map(each => [each, uuid.toLowerCase()] as const),
    ),
  );
  return { ...context, uuid: purpose => byPurpose.get(purpose) ?? context.uuid(purpose) };
}
