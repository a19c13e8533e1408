import { statSync } from "node:fs";
import { packageExtension } from "../scripts/setup/packageExtension.mjs";
import type { Figure } from "./figures.ts";

/** What a person downloads. */
export async function bundleSizes(): Promise<Figure[]> {
  const bytes = statSync(packageExtension()).size;
  return [{ name: "VSIX", value: `${(bytes / 1e6).toFixed(2)} MB`, promise: "under 2 MB" }];
}
