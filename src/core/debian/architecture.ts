import type { Arch } from "../host/host.ts";

const names = { x86_64: "amd64", aarch64: "arm64" } as const satisfies Record<Arch, string>;

/** What Debian and Ubuntu call an architecture. */
export function debianArch(arch: Arch): string {
  return names[arch];
}
