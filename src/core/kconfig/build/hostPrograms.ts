import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "../../host/host.ts";

/** PATH of every sandbox. */
const folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
const multiarch = { x86_64: "x86_64-linux-gnu", aarch64: "aarch64-linux-gnu" } as const satisfies Record<
  Arch,
  string
>;

/** Where a sandbox on this host's own programs finds one; undefined when it is not installed. */
export function hostProgram(name: string): string | undefined {
  return folders.map(folder => join(folder, name)).find(path => existsSync(path));
}

/** Whether the host's compiler finds a header by itself. */
export function hasHeader(name: string, host: Arch): boolean {
  const places = ["/usr/local/include", "/usr/include", `/usr/include/${multiarch[host]}`];
  return places.some(folder => existsSync(join(folder, name)));
}
