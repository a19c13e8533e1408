import { link, symlink, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { OutputReport } from "../../shared/report.ts";
import { sha256 } from "../build/digest.ts";
import type { LoadedRecipe } from "../recipe/loaded.ts";
import { makeLayout, type PushContent, writeIndex } from "./layoutFolder.ts";
import { mediaTypeOf } from "./mediaTypes.ts";

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const emptyType = "application/vnd.oci.empty.v1+json";
const title = "org.opencontainers.image.title";
const empty = Buffer.from("{}");

/**
 * Puts files into a layout as an OCI artifact (image specification 1.1): each is a blob with its name, which
 * `oras pull` writes back under that name.
 * @param kind of the output
 * @param files with the sha256 that the build gave them
 * @param parent folder that gets the layout
 */
export async function artifactContent(
  { name, version }: Pick<LoadedRecipe, "name" | "version">,
  kind: string,
  files: readonly OutputReport[],
  parent: string,
): Promise<PushContent> {
  const blobPath = await makeLayout(parent);
  for (const file of files) await place(file.path, blobPath(file.sha256));
  const config = { mediaType: emptyType, digest: digestOf(empty), size: empty.length };
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: `application/vnd.whittle.${kind}.v1`,
      config: { ...config, data: empty.toString("base64") },
      layers: files.map(({ path, sha256: digest, bytes }) => ({
        mediaType: mediaTypeOf(path),
        digest: `sha256:${digest}`,
        size: bytes,
        annotations: { [title]: basename(path) },
      })),
      annotations: {
        [title]: name,
        ...(version === undefined ? {} : { "org.opencontainers.image.version": version }),
      },
    }),
  );
  await writeFile(blobPath(sha256(empty)), empty);
  await writeFile(blobPath(sha256(manifest)), manifest);
  const digest = digestOf(manifest);
  await writeIndex(parent, { mediaType: manifestType, digest, size: manifest.length });
  const sizes = new Map([
    [sha256(empty), empty.length],
    ...files.map(each => [each.sha256, each.bytes] as const),
  ]);
  return { digest, blobs: [...sizes.values()] };
}

/** Two of an output's files may have the same bytes. */
async function place(file: string, blob: string): Promise<void> {
  try {
    // A build that replaces the file meanwhile does not touch what a hard link holds.
    await link(file, blob);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    await symlink(file, blob);
  }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${sha256(bytes)}`;
}
