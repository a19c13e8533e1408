import type { Toolbox } from "./toolbox.ts";

/** Processor architectures as Linux (`uname -m`) and QEMU name them. */
export type Arch = "x86_64" | "aarch64";

/** The machine that builds, as far as the engine needs to know it. Made once per process by openHost(). */
export interface Host {
  readonly arch: Arch;
  /** Absolute; `$WHITTLE_CACHE`, else the setting, else `$XDG_CACHE_HOME/whittle`. */
  readonly cacheDir: string;
  readonly tools: Toolbox;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How many stages or compressors may run at once. */
  readonly jobs: number;
  /** What commands run in, by the setting; `$WHITTLE_SANDBOX` wins over it. Default `auto`. */
  readonly sandbox?: "auto" | "namespaces" | "vm" | undefined;
}
