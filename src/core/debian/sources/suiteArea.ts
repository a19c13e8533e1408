import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Arch, Host } from "../../host/host.ts";
import { type AptArea, aptArea } from "../aptArea.ts";
import { debianArch } from "../architecture.ts";
import { type AptSource, sourceLine } from "./aptSource.ts";
import { hostSources } from "./hostSources.ts";
import { keyringsFor, suiteSources } from "./suiteSources.ts";

/** Which suite, and where from. */
export interface SuiteRequest {
  readonly suite: string;
  readonly components: readonly string[];
  /** As in SourcesWanted. */
  readonly mirrors: readonly string[];
  /** Absolute path of the keyring that the suite is signed with. Default: this system's. */
  readonly keyring?: string | undefined;
  readonly arch: Arch;
  /** Folder with the host's own sources. Default `/etc/apt`. */
  readonly aptConfig?: string | undefined;
}

export interface SuiteArea {
  readonly area: AptArea;
  readonly sources: readonly AptSource[];
}

/** Our own apt configuration for a suite, which knows nothing of the host's packages, preferences and other mirrors. */
export function suiteArea(host: Host, request: SuiteRequest): SuiteArea {
  const { suite, components, mirrors, arch, aptConfig = "/etc/apt" } = request;
  const known = hostSources(aptConfig);
  const wanted = { suite, components, mirrors, arch: debianArch(arch), hostSources: known };
  const signed = suiteSources(wanted);
  const files = keyFiles(
    request.keyring === undefined ? keysOfHost(signed, suite, aptConfig) : [request.keyring],
  );
  const sources = signed.map(({ options: { "signed-by": _, ...options }, ...source }) => ({
    ...source,
    options,
  }));
  files.set("sources.list", Buffer.from(sources.map(each => `${sourceLine(each)}\n`).join("")));
  const id = hash(JSON.stringify([...files].map(([name, bytes]) => [name, hash(bytes)])));
  const folder = join(host.cacheDir, "apt", "config", id);
  if (!existsSync(folder)) writeFolder(folder, files);
  return { area: { ...aptArea(host, arch, folder), complete: true }, sources };
}

/** Keyrings that the host's apt would check these sources with, absolute. */
function keysOfHost(sources: readonly AptSource[], suite: string, aptConfig: string): string[] {
  const named = sources.flatMap(each => each.options["signed-by"]?.split(",") ?? []);
  const found = [...named, ...keyringsFor(suite)].filter(path => path.startsWith("/") && existsSync(path));
  if (found.length > 0) return [...new Set(found)];
  return keysIn(join(aptConfig, "trusted.gpg.d"));
}

/** Contents by name, as apt wants them: the name's ending says whether the key is armoured. */
function keyFiles(paths: readonly string[]): Map<string, Uint8Array> {
  const files = paths.map(path => {
    const bytes = readFileSync(path);
    const armoured = bytes.subarray(0, 14).toString("latin1") === "-----BEGIN PGP";
    return [join("trusted.gpg.d", `${hash(bytes)}.${armoured ? "asc" : "gpg"}`), bytes] as const;
  });
  return new Map(files);
}

function keysIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).sort();
    return names.filter(name => /\.(?:gpg|asc)$/.test(name)).map(name => join(folder, name));
  } catch {
    return [];
  }
}

function writeFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  const fresh = `${folder}.${randomBytes(6).toString("hex")}`;
  for (const part of ["trusted.gpg.d", "preferences.d", "apt.conf.d"]) {
    mkdirSync(join(fresh, part), { recursive: true });
  }
  for (const [name, bytes] of files) writeFileSync(join(fresh, name), bytes);
  try {
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function hash(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex").slice(0, 24);
}
