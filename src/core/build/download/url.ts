import { Failure } from "../../failure.ts";

/**
 * Reads a URL to download from. Plain http is taken only for what is checked against a digest afterwards, or
 * from this machine itself.
 * @throws Failure `url-refused`.
 */
export function checkUrl(text: string, pinned: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw refusedUrl(text, "it is not a URL", "Write it as https://host/path.");
  if (url.protocol === "https:") return url;
  if (url.protocol !== "http:") throw refusedUrl(text, `${url.protocol} is not fetched`, "Use an https URL.");
  if (pinned || isLoopback(url.hostname)) return url;
  throw refusedUrl(
    text,
    "anybody on the way can change what comes over http",
    "Use https, or give the sha256.",
  );
}

/** The URL for messages: without a password, and without a query that might hold a key. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** @throws Failure `url-refused`, always. */
export function refusedUrl(text: string, why: string, advice: string): Failure {
  const shown = URL.canParse(text) ? shownUrl(new URL(text)) : text;
  return new Failure("url-refused", `${shown} cannot be downloaded: ${why}.`, { advice });
}

function isLoopback(host: string): boolean {
  return (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    /^127\.\d+\.\d+\.\d+$/.test(host) ||
    host === "[::1]"
  );
}
