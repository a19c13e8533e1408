import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { isObject } from "../jsonLines.ts";

export interface FlashFile {
  /** Absolute. */
  readonly path: string;
  readonly format: "raw" | "qcow2";
}

/**
 * A firmware as its package describes it to QEMU's front ends; the form is that of docs/interop/firmware.json in
 * QEMU's sources.
 */
export interface FirmwareDescriptor {
  readonly interfaces: readonly string[];
  /** Code and an empty store of variables, in flash; undefined for other ways to load a firmware. */
  readonly flash: { readonly code: FlashFile; readonly variables: FlashFile } | undefined;
  readonly targets: readonly { readonly architecture: string; readonly machines: readonly string[] }[];
  readonly features: readonly string[];
}

/**
 * All descriptors of this machine, best first: sorted by file name, where a file of the user's hides one of the
 * administrator's, which hides one of a package's. An empty file hides without taking the place.
 */
export async function firmwareDescriptors(
  env: Readonly<Record<string, string | undefined>>,
): Promise<FirmwareDescriptor[]> {
  const config = env["XDG_CONFIG_HOME"];
  const own = config && isAbsolute(config) ? config : join(env["HOME"] || homedir(), ".config");
  const folders = [join(own, "qemu/firmware"), "/etc/qemu/firmware", "/usr/share/qemu/firmware"];
  const byName = new Map<string, string>();
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter(each => each.endsWith(".json"))) {
      if (!byName.has(name)) byName.set(name, join(folder, name));
    }
  }
  const sorted = [...byName].sort(([a], [b]) => (a < b ? -1 : 1));
  const found = await Promise.all(sorted.map(([, path]) => readDescriptor(path)));
  return found.filter(each => each !== undefined);
}

async function readDescriptor(path: string): Promise<FirmwareDescriptor | undefined> {
  try {
    return descriptorOf(JSON.parse(await readFile(path, "utf8")));
  } catch {
    // A descriptor that cannot be read describes nothing; others may.
    return undefined;
  }
}

function descriptorOf(value: unknown): FirmwareDescriptor | undefined {
  if (!isObject(value)) return undefined;
  return {
    interfaces: texts(value["interface-types"]),
    flash: flashOf(value["mapping"]),
    targets: list(value["targets"]).flatMap(each =>
      isObject(each) && typeof each["architecture"] === "string"
        ? [{ architecture: each["architecture"], machines: texts(each["machines"]) }]
        : [],
    ),
    features: texts(value["features"]),
  };
}

function flashOf(mapping: unknown): FirmwareDescriptor["flash"] {
  if (!isObject(mapping) || mapping["device"] !== "flash") return undefined;
  const [code, variables] = [flashFile(mapping["executable"]), flashFile(mapping["nvram-template"])];
  return code !== undefined && variables !== undefined ? { code, variables } : undefined;
}

function flashFile(value: unknown): FlashFile | undefined {
  if (!isObject(value)) return undefined;
  const { filename: path, format } = value;
  const known = format === "raw" || format === "qcow2";
  return typeof path === "string" && known ? { path, format } : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): string[] {
  return list(value).filter(each => typeof each === "string");
}
