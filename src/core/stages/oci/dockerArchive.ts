import { basename, dirname, join } from "node:path";
import { Failure } from "../../failure.ts";
import type { StageContext } from "../stage.ts";
import type { LocalImage } from "./imageName.ts";
import { layoutFolder } from "./layout.ts";
import type { OpenImage } from "./openLocal.ts";
import { runSkopeo, skopeoWords } from "./skopeo.ts";

const inside = "image";

/**
 * Turns a tar of `docker save` into an OCI layout in the tar's own folder; the layers stay as they are.
 * @param tar in a folder that skopeo may write to
 * @throws Failure `oci-which`, `oci-unreadable`.
 */
export async function unpackDockerArchive(
  tar: string,
  image: LocalImage,
  context: StageContext,
): Promise<OpenImage> {
  const { host, signal } = context;
  const folder = dirname(tar);
  const source = `docker-archive:${basename(tar)}`;
  const asked = image.name === undefined ? source : `${source}:${image.name}`;
  if (image.digest !== undefined)
    throw which(image, await tagsIn(source, folder, context), "has no digests to choose by");
  try {
    const options = ["copy", "--quiet", "--dest-oci-accept-uncompressed-layers"];
    await runSkopeo(host, [...options, asked, `oci:layout:${inside}`], { signal, folder });
  } catch (error) {
    signal.throwIfAborted();
    const words = skopeoWords(error);
    if (words === undefined) throw error;
    const tags = await tagsIn(source, folder, context);
    if (image.name !== undefined && /not found/.test(words))
      throw which(image, tags, `has no image ${image.name}`);
    if (image.name === undefined && tags.length > 1) throw which(image, tags, "holds several images");
    throw new Failure("oci-unreadable", `No image can be read from ${image.path}: ${words}`, {
      advice: "Save the image anew.",
    });
  }
  return {
    layout: layoutFolder(join(folder, "layout")),
    image: { type: "local", path: image.path, name: inside },
  };
}

async function tagsIn(
  source: string,
  folder: string,
  { host, signal }: StageContext,
): Promise<readonly string[]> {
  try {
    const { Tags } = JSON.parse(await runSkopeo(host, ["list-tags", source], { signal, folder })) as {
      Tags?: unknown;
    };
    return Array.isArray(Tags) ? Tags.filter(each => typeof each === "string").sort() : [];
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) return [];
    throw error;
  }
}

function which({ path }: LocalImage, tags: readonly string[], why: string): Failure {
  const advice = tags.length > 0 ? `Write ./PATH:NAME with one of: ${tags.join(", ")}` : undefined;
  return new Failure("oci-which", `${path} ${why}.`, { advice });
}
