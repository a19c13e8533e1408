import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { runTool } from "../../host/runTool.ts";
import { type ImageReference, isLoopbackRegistry } from "./reference.ts";

/** How skopeo calls an image in a registry. */
export function skopeoName({ registry, repository, tag, digest }: ImageReference): string {
  return `docker://${registry}/${repository}${digest === undefined ? `:${tag ?? "latest"}` : `@${digest}`}`;
}

/** The option (`tls-verify` or `src-tls-verify`) that lets a registry on this machine, and no other, speak plain http. */
export function plainHttp(reference: ImageReference, option = "tls-verify"): string[] {
  return isLoopbackRegistry(reference) ? [`--${option}=false`] : [];
}

export interface SkopeoOptions {
  readonly signal: AbortSignal;
  /** Where it works and keeps its temporary files. */
  readonly folder?: string | undefined;
  /** Called with its process id. */
  readonly onStart?: ((pid: number) => void) | undefined;
}

/**
 * Runs skopeo and returns what it wrote.
 * @throws Failure `tool-missing`, `tool-failed` with skopeo's own words.
 */
export async function runSkopeo(
  host: Host,
  args: readonly string[],
  { signal, folder, onStart }: SkopeoOptions,
): Promise<string> {
  const all = [...trustPolicy(host), ...(folder === undefined ? [] : ["--tmpdir", folder]), ...args];
  const { stdout } = await runTool(host, "skopeo", all, {
    signal,
    cwd: folder,
    env: skopeoEnvironment(host, folder),
    onStart,
  });
  return stdout;
}

/** What skopeo said, without time stamps and the like. */
export function skopeoWords(error: unknown): string | undefined {
  if (!(error instanceof Failure) || error.code !== "tool-failed") return undefined;
  const said = /level=fatal msg=("(?:[^"\\]|\\.)*")/.exec(error.message)?.[1];
  if (said === undefined) return error.message;
  try {
    return JSON.parse(said) as string;
  } catch {
    return said;
  }
}

/**
 * Where skopeo looks for logins, in its order: people have to know when one is missing.
 * A folder in DOCKER_CONFIG takes the place of all others, as it does for docker.
 */
export function loginFiles({ env }: Host): readonly string[] {
  const own = env["REGISTRY_AUTH_FILE"] ?? dockerConfig(env);
  if (own !== undefined) return [own];
  const home = env["HOME"] ?? "";
  const runtime = env["XDG_RUNTIME_DIR"] ?? `/run/containers/${process.getuid?.() ?? 0}`;
  const config = env["XDG_CONFIG_HOME"] ?? join(home, ".config");
  return [
    env["XDG_RUNTIME_DIR"] === undefined ? join(runtime, "auth.json") : join(runtime, "containers/auth.json"),
    join(config, "containers/auth.json"),
    join(home, ".docker/config.json"),
  ];
}

function dockerConfig(env: Host["env"]): string | undefined {
  const folder = env["DOCKER_CONFIG"];
  return folder ? join(folder, "config.json") : undefined;
}

/**
 * All of our own environment: programs that hold logins need their part of it, and it cannot sway the bytes, since
 * everything that comes is checked against digests.
 */
function skopeoEnvironment(host: Host, folder: string | undefined): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(host.env)) if (value !== undefined) env[name] = value;
  const login = dockerConfig(host.env);
  if (env["REGISTRY_AUTH_FILE"] === undefined && login !== undefined && existsSync(login))
    env["REGISTRY_AUTH_FILE"] = login;
  // It would leave a list of the blobs it has seen in the user's home.
  if (folder !== undefined) env["XDG_DATA_HOME"] = folder;
  return { ...env, LC_ALL: "C.UTF-8", TZ: "UTC" };
}

/** Where nobody has set up which signatures to ask for, none are. */
function trustPolicy({ env }: Host): string[] {
  const places = [join(env["HOME"] ?? "", ".config/containers/policy.json"), "/etc/containers/policy.json"];
  return places.some(path => existsSync(path)) ? [] : ["--insecure-policy"];
}
