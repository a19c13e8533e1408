import { join, resolve } from "node:path";

/**
 * The absolute path that a setting means: `~` is the home folder, relative paths start at `base`.
 * @returns undefined for an empty setting
 */
export function settingPath(text: string, home: string, base: string): string | undefined {
  const path = text.trim();
  if (path === "") return undefined;
  return path === "~" || path.startsWith("~/") ? join(home, path.slice(1)) : resolve(base, path);
}
