import type { Keyring } from "../../pacman/keyring.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { ArchParameters } from "../arch.ts";
import type { StageContext } from "../stage.ts";

/**
 * Looks, before anything is fetched, whether the programs are there that a sandbox takes from this system.
 * @throws Failure `pacman-missing`, `tool-missing`.
 */
export function requireTools(
  { bootstrap }: ArchParameters,
  keyring: Keyring | undefined,
  { kind }: Sandbox,
  context: StageContext,
): void {
  if (kind === "vm") return;
  const { host } = context;
  if (keyring) host.tools.require("gpg");
  if (bootstrap || host.tools.find("pacman")) return;
  throw context.fail(
    "pacman-missing",
    "Arch packages are installed by pacman, which this system does not have.",
    {
      advice:
        "Install it (Debian, Ubuntu: sudo apt-get install pacman-package-manager), or take it from Arch's bootstrap " +
        "tarball: `bootstrap: { source: https://geo.mirror.pkgbuild.com/iso/DATE/archlinux-bootstrap-x86_64.tar.zst, " +
        "sha256: … }` with the sum that https://archlinux.org/download shows.",
    },
  );
}

/**
 * Packages bring programs that run while they are installed.
 * @throws Failure `arch-foreign`.
 */
export function requireOwnArch({ arch, host, fail }: StageContext): void {
  if (arch === host.arch) return;
  throw fail(
    "arch-foreign",
    `Packages for ${arch} cannot be installed on ${host.arch}: their scripts would have to run.`,
    {
      advice: `Build on a machine with ${arch}, or take a finished system with \`archive\` or \`oci\`.`,
    },
  );
}
