import { type Static, Type } from "@sinclair/typebox";
import { choiceField, imagePathField } from "../recipe/fields.ts";
import { defineOutput } from "./output.ts";

const imageName =
  "^(?:[a-zA-Z0-9.-]+(?::[0-9]+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$";

const words = (description: string) => Type.Array(Type.String(), { description });

const parameters = Type.Object(
  {
    tag: Type.Optional(
      Type.String({
        pattern: imageName,
        patternErrorMessage: "an image name in small letters, such as boots:1.0 or ghcr.io/ann/boots",
        description:
          "Name under which the image is loaded, such as `boots:1.0` or `ghcr.io/ann/boots`. Default: the recipe's name and version.",
      }),
    ),
    entrypoint: Type.Optional(
      words('Program that a container always starts with its first words, such as `["/sbin/init"]`.'),
    ),
    cmd: Type.Optional(
      words(
        "Further words, or the program where there is no entrypoint. Default, without entrypoint: `/bin/sh` where the image has it.",
      ),
    ),
    env: Type.Optional(
      Type.Record(Type.String({ pattern: "^[^=]+$" }), Type.String({ description: "Its value." }), {
        description: "Environment of the program: `{ LANG: C.UTF-8 }`.",
      }),
    ),
    labels: Type.Optional(
      Type.Record(Type.String({ minLength: 1 }), Type.String({ description: "Its value." }), {
        description: "Labels of the image, such as `org.opencontainers.image.licenses`.",
      }),
    ),
    user: Type.Optional(
      Type.String({
        minLength: 1,
        description: "User, or `user:group`, that the program runs as; default root.",
      }),
    ),
    workdir: Type.Optional(imagePathField({ description: "Folder that the program starts in; default /." })),
    flatten: Type.Optional(
      Type.Boolean({
        description:
          "Put the finished tree into one layer: smaller where later stages remove something, but nothing is shared with other images.",
        default: false,
      }),
    ),
    compress: Type.Optional(
      choiceField(["gzip", "zstd", "none"], {
        description: "How the layers are compressed.",
        default: "gzip",
        enumDescriptions: [
          "Read by everything.",
          "Smaller and unpacked faster; needs Docker 23, containerd 1.5 or Podman 4.",
          "Not at all.",
        ],
      }),
    ),
    level: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 19,
        description: "Effort: gzip 1 to 9 (default 9), zstd 1 to 19 (default 12).",
      }),
    ),
  },
  {
    additionalProperties: false,
    description: "A container image: one layer for each stage, for docker load, podman load and skopeo.",
  },
);

export type OciParameters = Static<typeof parameters>;

export const oci = defineOutput({
  kind: "oci",
  version: 1,
  icon: "layers",
  summary: "A container image with the stages as its layers; Docker, Podman and skopeo load it.",
  parameters,
  example: '{ entrypoint: ["/sbin/init"] }',
  async apply(given, context) {
    const { makeOci } = await import("./oci/makeOci.ts");
    return makeOci(given, context);
  },
});
