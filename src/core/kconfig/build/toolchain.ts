import type { Arch } from "../../host/host.ts";

/** The compiler for an architecture, on a host. */
export interface Toolchain {
  /** Before the names of its programs: empty for the host's own. */
  readonly prefix: string;
  /** Debian packages, by the program that shows that they are there. */
  readonly compiler: { readonly program: string; readonly package: string };
  readonly linker: { readonly program: string; readonly package: string };
  /** Headers and static libraries of the C library. */
  readonly library: { readonly header: string; readonly package: string };
}

const triplets = { x86_64: "x86_64-linux-gnu", aarch64: "aarch64-linux-gnu" } as const satisfies Record<
  Arch,
  string
>;
const debian = { x86_64: "amd64", aarch64: "arm64" } as const satisfies Record<Arch, string>;

/** @param host that of the programs, whose architecture the sandbox has as well. */
export function toolchainFor(arch: Arch, host: Arch): Toolchain {
  if (arch === host) {
    return {
      prefix: "",
      compiler: { program: "gcc", package: "gcc" },
      linker: { program: "ld", package: "binutils" },
      library: { header: "stdio.h", package: "libc6-dev" },
    };
  }
  const triplet = triplets[arch];
  const name = triplet.replace("_", "-");
  return {
    prefix: `${triplet}-`,
    compiler: { program: `${triplet}-gcc`, package: `gcc-${name}` },
    linker: { program: `${triplet}-ld`, package: `binutils-${name}` },
    library: { header: `../${triplet}/include/stdio.h`, package: `libc6-dev-${debian[arch]}-cross` },
  };
}
