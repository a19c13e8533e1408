import type { BuildReport, OutputReport, PushedTag, PushReport } from "../../shared/report.ts";
import { sha256 } from "../build/digest.ts";
import { explainDiskFull } from "../build/diskFull.ts";
import { storePaths } from "../build/storePaths.ts";
import { makeTempFolder } from "../build/tempFolder.ts";
import { Failure } from "../failure.ts";
import type { LoadedItem, LoadedRecipe } from "../recipe/loaded.ts";
import { type ImageReference, referenceText } from "../stages/oci/reference.ts";
import { registryManifests } from "../stages/oci/registry.ts";
import { artifactContent } from "./artifactContent.ts";
import { type Destination, referencesOf } from "./destination.ts";
import { imageContent } from "./imageContent.ts";
import type { PushContent } from "./layoutFolder.ts";
import { isContainer } from "./outputToPush.ts";
import { bytesOf, type PushOptions, sendLayout } from "./sendLayout.ts";

/** What is pushed where. */
export interface PushRequest {
  readonly recipe: LoadedRecipe;
  readonly output: LoadedItem;
  /** Of a build of that output just now. */
  readonly built: Pick<BuildReport, "outputs">;
  readonly destination: Destination;
}

/**
 * Pushes an output to a registry: a container image as one, everything else as an OCI artifact whose files keep their
 * names. What the registry has already is not sent.
 * @throws Failure `push-failed`, `push-interrupted`, `push-refused`, `push-unauthorized`, `oci-unreachable`,
 * `oci-untrusted`, `disk-full`, `tool-missing`; the signal's reason when aborted. No temporary file is left in any case.
 */
export async function pushOutput(request: PushRequest, options: PushOptions): Promise<PushReport> {
  const began = performance.now();
  const { recipe, output, destination } = request;
  const { host, signal } = options;
  host.tools.require("skopeo");
  const temp = makeTempFolder(storePaths(host.cacheDir).temp);
  try {
    const targets = referencesOf(destination);
    options.onLog?.(`asking ${destination.registry} for ${destination.repository}`);
    const before: (string | undefined)[] = [];
    for (const target of targets) before.push(await digestNow(target, options));
    const content = await contentOf(request, temp.path, signal);
    const tags: PushedTag[] = [];
    for (const [at, target] of targets.entries()) {
      options.onLog?.(`pushing ${referenceText(target)}`);
      await sendLayout(target, content, temp.path, options);
      const was = before[at];
      tags.push({ reference: referenceText(target), ...(was === undefined ? {} : { before: was }) });
    }
    return {
      result: "push",
      recipe: recipe.name,
      output: output.name,
      type: isContainer(output) ? "image" : "artifact",
      reference: `${destination.registry}/${destination.repository}@${content.digest}`,
      digest: content.digest,
      tags,
      bytes: bytesOf(content),
      seconds: (performance.now() - began) / 1000,
    };
  } catch (error) {
    signal.throwIfAborted();
    throw explainDiskFull(error, [temp.path]);
  } finally {
    await temp.remove();
  }
}

/** What a tag stands for now; undefined when there is none, or when one may push there but not read. */
async function digestNow(target: ImageReference, { host, signal }: PushOptions): Promise<string | undefined> {
  try {
    return `sha256:${sha256(await registryManifests(target, { host, signal }).first())}`;
  } catch (error) {
    signal.throwIfAborted();
    const { code } = error as Partial<Failure>;
    if (!(error instanceof Failure) || code === "oci-unreachable" || code === "oci-untrusted") throw error;
    return undefined;
  }
}

function contentOf(
  { recipe, output, built }: PushRequest,
  folder: string,
  signal: AbortSignal,
): Promise<PushContent> {
  const files = built.outputs.filter(each => each.name === output.name);
  const image = files.find(each => each.kind === output.kind);
  if (!image)
    throw new Failure("not-built", `The output ${output.name} has not been built.`, { range: output.range });
  return isContainer(output)
    ? imageContent(image.path, folder, signal)
    : artifactContent(recipe, output.kind, toSend(files, output.kind), folder);
}

/** A packed image is made for its way to others: the unpacked one stays. */
function toSend(files: readonly OutputReport[], kind: string): readonly OutputReport[] {
  const isPacked = files.some(each => each.kind === "packed");
  return isPacked ? files.filter(each => each.kind !== kind) : files;
}
