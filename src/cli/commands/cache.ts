import { cacheUsage, clearCache, pruneCache, verifyCache } from "../../core/build/cache.ts";
import { Failure } from "../../core/failure.ts";
import type { Host } from "../../core/host/host.ts";
import { openHost } from "../../core/host/openHost.ts";
import { parseSize } from "../../core/recipe/size.ts";
import { formatBytes } from "../../shared/bytes.ts";
import type { CommonOptions } from "../commonOptions.ts";
import { writeJson } from "../json.ts";
import { table } from "../table.ts";

const prunable: readonly string[] = ["layers", "derived files", "downloads"];

/** Why the cache is larger than was asked for, when it is. */
async function whatStays(host: Host, maxBytes = Number.POSITIVE_INFINITY): Promise<string> {
  const { parts } = await cacheUsage(host);
  const left = parts.filter(part => prunable.includes(part.name)).reduce((sum, { bytes }) => sum + bytes, 0);
  if (left <= maxBytes) return "";
  const why = "what was used within the last ten minutes, or is in use, stays";
  return `${formatBytes(left)} are left: ${why}. To empty the cache: whittle cache clear\n`;
}

/** `whittle cache [show|prune|clear|verify]`: what builds keep, and how to get the space back. */
export async function cache(
  action: string,
  options: CommonOptions & { readonly max?: string },
): Promise<number> {
  const host = openHost();
  const say = (text: string, result: Record<string, unknown>): void => {
    if (options.json) writeJson({ result: "cache", action, folder: host.cacheDir, ...result });
    else process.stdout.write(text);
  };
  if (action === "show") {
    const usage = await cacheUsage(host);
    const rows = usage.parts.map(part => [part.name, formatBytes(part.bytes), String(part.files)]);
    const columns = [
      { title: "WHAT" },
      { title: "SIZE", align: "right" },
      { title: "FILES", align: "right" },
    ] as const;
    say(`${host.cacheDir}\n\n${table(columns, [...rows, ["total", formatBytes(usage.totalBytes), ""]])}`, {
      ...usage,
    });
  } else if (action === "prune") {
    const maxBytes = options.max === undefined ? undefined : parseSize(options.max);
    const freed = await pruneCache(host, { maxBytes });
    say(`Freed ${formatBytes(freed)}.\n${await whatStays(host, maxBytes)}`, { freedBytes: freed });
  } else if (action === "clear") {
    const freed = await clearCache(host);
    say(`Freed ${formatBytes(freed)}.\n`, { freedBytes: freed });
  } else if (action === "verify") {
    const damaged = await verifyCache(host);
    say(
      damaged.length === 0
        ? "Every blob is what its name says.\n"
        : `Removed ${damaged.length} damaged blobs.\n`,
      { damaged },
    );
  } else {
    throw new Failure("usage", `cache takes show, prune, clear or verify, not ${action}.`);
  }
  return 0;
}
