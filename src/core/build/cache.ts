export { type CachePart, type CacheUsage, cacheUsage } from "./cacheUsage.ts";
export { clearCache, pruneCache } from "./pruneCache.ts";
export { verifyCache } from "./verifyCache.ts";
