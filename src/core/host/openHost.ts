import { availableParallelism, homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { Failure } from "../failure.ts";
import type { Arch, Host } from "./host.ts";
import { openToolbox } from "./toolbox.ts";
import type { ToolName } from "./toolFacts.ts";

export interface HostOptions {
  /** Default: this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The setting `whittle.cacheDir`; `$WHITTLE_CACHE` wins over it. */
  readonly cacheDir?: string | undefined;
  /** The setting `whittle.sandbox`. */
  readonly sandbox?: Host["sandbox"];
  /** Tool paths from user settings. */
  readonly toolOverrides?: Readonly<Partial<Record<ToolName, string>>> | undefined;
}

/**
 * Looks at the machine once; nothing is started and no file is written.
 * @throws Failure `arch-unsupported` on a processor that Whittle makes no images for.
 */
export function openHost(options: HostOptions = {}): Host {
  const env = options.env ?? process.env;
  return {
    arch: hostArch(),
    cacheDir: cacheFolder(env, options.cacheDir),
    tools: openToolbox(env, options.toolOverrides),
    env,
    jobs: availableParallelism(),
    sandbox: options.sandbox,
  };
}

function hostArch(): Arch {
  if (process.arch === "x64") return "x86_64";
  if (process.arch === "arm64") return "aarch64";
  throw new Failure("arch-unsupported", `Whittle does not know the processor architecture ${process.arch}.`, {
    advice: "It runs on x86_64 and aarch64.",
  });
}

function cacheFolder(env: Readonly<Record<string, string | undefined>>, setting: string | undefined): string {
  const chosen = env["WHITTLE_CACHE"] || setting;
  if (chosen) return resolve(chosen);
  // A relative XDG_CACHE_HOME counts as unset, as its specification asks.
  const xdg = env["XDG_CACHE_HOME"];
  if (xdg && isAbsolute(xdg)) return join(xdg, "whittle");
  return join(env["HOME"] || homedir(), ".cache", "whittle");
}
