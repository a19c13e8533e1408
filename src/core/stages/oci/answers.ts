import { randomBytes } from "node:crypto";
import { readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sha256 } from "../../build/digest.ts";
import { makeFolders } from "../../build/makeFolders.ts";
import { storePaths } from "../../build/storePaths.ts";
import { writeSynced } from "../../build/writeSynced.ts";
import type { Arch, Host } from "../../host/host.ts";
import { type ImageFacts, isImageFacts } from "./imageFacts.ts";

/** Where layers of registry images and what was found out about them are kept; made when missing. */
export function ociFolder(host: Host): string {
  return join(storePaths(host.cacheDir).downloads, "oci");
}

/** What a registry said about an image, as kept on this machine. */
export interface Answers {
  read(): Promise<ImageFacts | undefined>;
  write(facts: ImageFacts): Promise<void>;
}

/** @param image full name of the image */
export function answersFor(host: Host, image: string, arch: Arch): Answers {
  const path = join(ociFolder(host), "answers", `${sha256(`${image} ${arch}`)}.json`);
  return {
    async read() {
      try {
        const value: unknown = JSON.parse(await readFile(path, "utf8"));
        return isImageFacts(value) && value.image === image ? value : undefined;
      } catch {
        // None, or one that cannot be read: the registry is asked again.
        return undefined;
      }
    },
    async write(facts) {
      makeFolders(dirname(path));
      const written = `${path}.${randomBytes(6).toString("hex")}`;
      await writeSynced(written, JSON.stringify(facts));
      await rename(written, path);
    },
  };
}
