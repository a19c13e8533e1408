import { type Browser, chromium } from "playwright-core";

/** Debian's Chromium, quiet and without a network. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["WHITTLE_CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}
