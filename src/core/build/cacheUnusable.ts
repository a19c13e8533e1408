import { Failure } from "../failure.ts";

const refusals: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"]);

/** The error, explained when it says that something in the cache folder cannot be written or read. */
export function explainCacheUnusable(error: unknown, cacheDir: string): unknown {
  const { code = "", path = "" } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const isOfCache = path === cacheDir || path.startsWith(`${cacheDir}/`) || cacheDir.startsWith(`${path}/`);
  if (!refusals.has(code) || path === "" || !isOfCache) return error;
  return new Failure("cache-unusable", `The cache folder ${cacheDir} cannot be used: ${code} on ${path}.`, {
    advice: "Correct its permissions, or name another folder in $WHITTLE_CACHE.",
    cause: error,
  });
}
