import type { Needed } from "../../../kconfig/build/needed.ts";
import type { Toolchain } from "../../../kconfig/build/toolchain.ts";
import type { ConfigValues } from "../../../kconfig/option.ts";

/** What every kernel is built with. */
export function kernelTools({ prefix, compiler, linker }: Toolchain): Needed[] {
  return [
    compiler,
    linker,
    ...(prefix === "" ? [] : [{ package: "gcc", program: "gcc" }]),
    { package: "libc6-dev", header: "stdio.h" },
    { package: "make", program: "make" },
    { package: "flex", program: "flex" },
    { package: "bison", program: "bison" },
    { package: "bc", program: "bc" },
    { package: "perl", program: "perl" },
    // For objtool, which few configurations of x86 do without.
    { package: "libelf-dev", header: "gelf.h" },
  ];
}

const byOption: readonly (readonly [option: string, ...needed: Needed[]])[] = [
  ["SYSTEM_TRUSTED_KEYRING", { package: "libssl-dev", header: "openssl/opensslv.h" }],
  [
    "MODULE_SIG",
    { package: "libssl-dev", header: "openssl/opensslv.h" },
    { package: "openssl", program: "openssl" },
  ],
  ["DEBUG_INFO_BTF", { package: "dwarves", program: "pahole" }],
  ["IKHEADERS", { package: "cpio", program: "cpio" }],
  ["KERNEL_GZIP", { package: "gzip", program: "gzip" }],
  ["KERNEL_BZIP2", { package: "bzip2", program: "bzip2" }],
  ["KERNEL_LZMA", { package: "xz-utils", program: "xz" }],
  ["KERNEL_XZ", { package: "xz-utils", program: "xz" }],
  ["KERNEL_LZO", { package: "lzop", program: "lzop" }],
  ["KERNEL_LZ4", { package: "lz4", program: "lz4" }],
  ["KERNEL_ZSTD", { package: "zstd", program: "zstd" }],
  ["MODULE_COMPRESS_GZIP", { package: "gzip", program: "gzip" }],
  ["MODULE_COMPRESS_XZ", { package: "xz-utils", program: "xz" }],
  ["MODULE_COMPRESS_ZSTD", { package: "zstd", program: "zstd" }],
];

/** What a configuration needs besides. */
export function toolsOfConfig(values: ConfigValues): Needed[] {
  return byOption.flatMap(([option, ...needed]) => (values.get(`CONFIG_${option}`) === "y" ? needed : []));
}
