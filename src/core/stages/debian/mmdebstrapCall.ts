import type { DebianSystem } from "../../debian/system/systemPackage.ts";
import type { Variant } from "../../debian/system/variants.ts";

const target = "/target";
/** Name in the target of the folder with the packages: dpkg, which has the target for its root, reads them there. */
export const repositoryName = "packages";
export const repositoryFolder = `${target}/${repositoryName}`;

export interface MmdebstrapWanted {
  readonly system: DebianSystem;
  readonly variant: Variant;
  readonly recommends: boolean;
  /** Names as the recipe has them, without versions. */
  readonly packages: readonly string[];
  /** Debian's name of the architecture. */
  readonly arch: string;
}

export interface MmdebstrapCall {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * How mmdebstrap makes exactly this system in a sandbox: as its root, without mounting anything, from packages that are
 * there. What to install was decided before, so no variant with patterns of priorities is left.
 */
export function mmdebstrapCall(wanted: MmdebstrapWanted): MmdebstrapCall {
  const { system, recommends, arch } = wanted;
  const own = wanted.variant === "extract" || wanted.variant === "custom";
  const variant = own || wanted.variant === "apt" ? wanted.variant : "essential";
  const include = own ? wanted.packages : system.manual;
  const options = [
    "--verbose",
    "--mode=root",
    "--format=directory",
    `--variant=${variant}`,
    `--architectures=${arch}`,
    // The target has /dev, /proc and /sys mounted; the packages were checked one by one.
    "--skip=check/empty,check/signed-by",
    '--aptopt=APT::Sandbox::User "root"',
    `--aptopt=APT::Install-Recommends "${recommends}"`,
    ...(include.length > 0 ? [`--include=${include.join(",")}`] : []),
    ...setupHooks(system, arch).map(each => `--setup-hook=${each}`),
  ];
  const source = `deb [trusted=yes] file:${repositoryFolder} ./`;
  return {
    command: ["mmdebstrap", ...options, "", target, source],
    env: {
      // Nobody needs this tree after a power cut.
      DPKG_FORCE: "unsafe-io",
      // base-files has these folders, and what is mounted there cannot be changed.
      TAR_OPTIONS: "--exclude=./dev --exclude=./proc --exclude=./sys",
    },
  };
}

function setupHooks(system: DebianSystem, arch: string): string[] {
  // mmdebstrap makes these itself and stops where they are.
  const links = 'rm -f "$1/dev/fd" "$1/dev/stdin" "$1/dev/stdout" "$1/dev/stderr"';
  const names = new Set(system.packages.map(each => each.package));
  if (!names.has("usr-is-merged") || names.has("usrmerge")) return [links];
  const folders = ["bin", "sbin", "lib", ...(arch === "amd64" ? ["lib64"] : [])];
  return [
    links,
    `cd "$1" && mkdir -p usr && for d in ${folders.join(" ")}; do mkdir usr/$d; ln -s usr/$d $d; done`,
  ];
}
