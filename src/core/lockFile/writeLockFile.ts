import { randomBytes } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { stringify } from "yaml";
import { writeSynced } from "../build/writeSynced.ts";
import type { Arch } from "../host/host.ts";
import { type LockFile, lockFormat, type Pin, type Pins } from "./lockFile.ts";

const heading =
  "# Versions and digests that the recipe beside this file is held to. Made by `whittle lock`; keep it in version control.\n";

/** Writes a lock file, whole or not at all. The same pins give the same bytes. */
export async function writeLockFile(lock: LockFile): Promise<void> {
  const fresh = `${lock.path}.${randomBytes(6).toString("hex")}`;
  try {
    await writeSynced(fresh, lockText(lock));
    await rename(fresh, lock.path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** The text of a lock file: names in the order given, the keys of every map sorted. */
export function lockText(lock: LockFile): string {
  const { stages, outputs } = lock;
  const content = {
    format: lockFormat,
    ...(stages.size > 0 ? { stages: plainPins(stages) } : {}),
    ...(outputs.size > 0 ? { outputs: plainPins(outputs) } : {}),
  };
  return heading + stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
}

function plainPins(pins: Pins): unknown {
  return Object.fromEntries(
    [...pins].map(([name, each]) => [name, Object.fromEntries([...each].sort(byArch).map(plain))]),
  );
}

function plain([arch, { kind, asked, resolved }]: [Arch, Pin]): [Arch, Pin] {
  return [arch, { kind, asked, resolved: sorted(resolved) as Pin["resolved"] }];
}

function byArch([a]: [Arch, Pin], [b]: [Arch, Pin]): number {
  return a < b ? -1 : 1;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
