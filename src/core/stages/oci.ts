import { type Static, Type } from "@sinclair/typebox";
import { atParameter } from "./atParameter.ts";
import { type ImageName, parseImageName } from "./oci/imageName.ts";
import { defineStage, type Json, type ParameterPath, type Place } from "./stage.ts";

const imageField = {
  minLength: 1,
  examples: ["docker.io/library/alpine:3.22", "debian:bookworm-slim", "./image.tar", "./layout:1.0"],
  description:
    "Name of the image: in a registry as docker writes it (`alpine:3.22` is `docker.io/library/alpine:3.22`; " +
    "`NAME@sha256:…` for exactly one), or a path from the recipe's folder: an OCI layout or a tar of `docker save`, " +
    "`./PATH:NAME` where it holds several. Logins are those of docker, podman and skopeo.",
};

const parameters = Type.Union([
  Type.String(imageField),
  Type.Object(
    { image: Type.String(imageField) },
    {
      additionalProperties: false,
      description:
        "A container image. It brings files only: its command, its environment and its ports mean nothing to a machine " +
        "that boots, and it mostly has no kernel, no init, no /etc/fstab and nothing in /dev.",
    },
  ),
]);

type Parameters = Static<typeof parameters>;

/** `oci`: the layers of a container image, as they are. */
export const oci = defineStage({
  kind: "oci",
  version: 1,
  icon: "layers",
  summary: "Takes the layers of a container image, from a registry, an OCI layout or docker save.",
  parameters,
  readsTree: false,
  example: "docker.io/library/alpine:3.22",
  inputs(given, place) {
    const name = nameOf(given, place);
    return name.type === "local" ? [{ path: name.path, at: placeOf(given) }] : [];
  },
  async resolve(given, context) {
    const name = nameOf(given, context);
    if (name.type === "local") return null;
    const { resolveImage } = await import("./oci/resolveImage.ts");
    const facts = await atParameter(context, placeOf(given), () => resolveImage(name.reference, context));
    return facts as unknown as Json;
  },
  async apply(given, context, resolved) {
    const name = nameOf(given, context);
    const { applyLocal, applyRegistry } = await import("./oci/applyImage.ts");
    await atParameter(context, placeOf(given), () =>
      name.type === "local" ? applyLocal(name, context) : applyRegistry(name.reference, resolved, context),
    );
  },
});

function nameOf(given: Parameters, place: Place): ImageName {
  const text = typeof given === "string" ? given : given.image;
  return parseImageName(text, placeOf(given), place);
}

function placeOf(given: Parameters): ParameterPath {
  return typeof given === "string" ? [] : ["image"];
}
