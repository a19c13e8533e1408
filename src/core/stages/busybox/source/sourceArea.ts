import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { storePaths } from "../../../build/storePaths.ts";
import { type AptArea, aptArea } from "../../../debian/aptArea.ts";
import type { Arch, Host } from "../../../host/host.ts";
import { sourceLines } from "./sourceLines.ts";

// What else in /etc/apt decides which mirrors are believed, and how they are reached.
const linked = [
  "trusted.gpg",
  "trusted.gpg.d",
  "preferences",
  "preferences.d",
  "auth.conf",
  "auth.conf.d",
  "keyrings",
];

/**
 * An apt state of our own for sources: few systems list any, though every mirror has them. The system's
 * configuration is only read.
 * @param config folder with sources.list(.d) and so on.
 */
export function sourceArea(host: Host, arch: Arch, config = "/etc/apt"): AptArea {
  const files = mirrorFiles(config);
  const hash = createHash("sha256").update(JSON.stringify([config, files]));
  const parent = join(storePaths(host.cacheDir).packageLists, "sources");
  const folder = join(parent, hash.digest("hex").slice(0, 24));
  if (!existsSync(folder)) {
    const fresh = `${folder}.${randomBytes(6).toString("hex")}`;
    mkdirSync(join(fresh, "sources.list.d"), { recursive: true });
    for (const { path, text } of files) writeFileSync(join(fresh, path), text);
    for (const name of linked) {
      if (existsSync(join(config, name))) symlinkSync(join(config, name), join(fresh, name));
    }
    try {
      renameSync(fresh, folder);
    } catch {
      // Somebody else was quicker and has made the same.
      rmSync(fresh, { recursive: true, force: true });
    }
  }
  return aptArea(host, arch, folder);
}

/** The system's lists of mirrors as lists of sources. */
function mirrorFiles(config: string): { path: string; text: string }[] {
  const names = [
    "sources.list",
    ...namesIn(join(config, "sources.list.d")).map(name => `sources.list.d/${name}`),
  ];
  return names.flatMap(path => {
    if (!/\.(?:list|sources)$/.test(path)) return [];
    try {
      return [{ path, text: sourceLines(path, readFileSync(join(config, path), "utf8")) }];
    } catch {
      return [];
    }
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
