import type { Host } from "../../host/host.ts";
import { checked, type ManifestSource } from "./findImage.ts";
import { type ImageReference, referenceText } from "./reference.ts";
import { registryFailure } from "./registryFailure.ts";
import { plainHttp, runSkopeo, skopeoName } from "./skopeo.ts";

/** The manifests of an image in a registry. They fail as registryFailure() says. */
export function registryManifests(
  reference: ImageReference,
  asking: { readonly host: Host; readonly signal: AbortSignal },
): ManifestSource {
  const image = referenceText(reference);
  const inspect = async (digest: string | undefined, ...options: string[]): Promise<string> => {
    const asked = digest === undefined ? reference : { ...reference, digest };
    const args = [
      "--command-timeout=2m",
      "inspect",
      "--raw",
      ...options,
      ...plainHttp(asked),
      skopeoName(asked),
    ];
    try {
      return await runSkopeo(asking.host, args, asking);
    } catch (error) {
      asking.signal.throwIfAborted();
      throw await registryFailure(error, asked, asking);
    }
  };
  return {
    image,
    async first() {
      const { digest } = reference;
      const text = await inspect(digest);
      return digest === undefined ? text : checked(text, digest, image);
    },
    manifest: digest => inspect(digest),
    config: (_digest, manifest) => inspect(manifest, "--config"),
  };
}
