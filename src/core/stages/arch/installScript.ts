/** Where the sandbox has what the script needs. */
export const inside = {
  target: "/target",
  /** Script, configurations and keys. */
  work: "/whittle/work",
  packages: "/whittle/packages",
  bootstrap: "/whittle/bootstrap",
} as const;

/** How the script ends when it was not the installing that failed. */
export const exitCodes = { keys: 71, signatures: 72 } as const;

/** What the script does, in file names of the folders of `inside`. */
export interface InstallPlan {
  /** pacman, and what has to stand before it. */
  readonly pacman: readonly string[];
  readonly packages: readonly string[];
  /** Packages whose signature must be good, and its key trusted. */
  readonly required: readonly string[];
  /** Packages whose signature must be good. */
  readonly optional: readonly string[];
  /** Files of public keys. */
  readonly keys: readonly string[];
  /** Each key is trusted itself; else the files `trusted` and `revoked` say which. */
  readonly allTrusted: boolean;
}

// The same steps as `pacman-key --init` and `--populate`, which look for their keys elsewhere on each distribution.
const keyCommands = `
keys() { gpg --batch --quiet --no-tty --no-auto-check-trustdb "$@" 2>&1; }
fingerprints() { keys --list-keys --with-colons | sed -n '/^pub:/{n;s/^fpr:*\\([0-9A-F]*\\):.*/\\1/p;}'; }
lines() { sed -n 's/^\\([0-9A-Fa-f]\\{40\\}\\).*/\\1/p' "$1"; }
import_keys() {
  for file in "$@"; do keys --import "$file" || return; done
}
trust_keys() {
  keys --passphrase '' --quick-gen-key whittle ed25519 sign never || return
  for key in "$@"; do keys --yes --quick-lsign-key "$key" > "$GNUPGHOME/said" || { cat "$GNUPGHOME/said"; return 1; }; done
}
revoke_keys() {
  for key in "$@"; do printf 'disable\\nquit\\n' | keys --command-fd 0 --edit-key "$key" > /dev/null || true; done
}
`;

/** The shell script that checks the packages of a plan and installs them into the target. */
export function installScript(plan: InstallPlan): string {
  const signed = plan.required.length + plan.optional.length > 0;
  return [
    "set -eu",
    "umask 022",
    "GNUPGHOME=$(mktemp -d)",
    "export GNUPGHOME",
    `mkdir -p ${inside.target}/var/lib/pacman`,
    ...(signed ? [keyCommands, ...keySteps(plan)] : []),
    ...check(plan, "required", plan.required),
    ...check(plan, "optional", plan.optional),
    `${pacman(plan, "install")} -U ${at(plan.packages)} 2>&1`,
    "",
  ].join("\n");
}

/** A configuration for pacman. @param level SigLevel for the packages that are named on the command line. */
export function pacmanConfig(level: string, arch: string): string {
  const lines = [
    "[options]",
    `Architecture = ${arch}`,
    "SigLevel = Never",
    `LocalFileSigLevel = ${level}`,
    // By themselves hooks of the system that builds would run too.
    `HookDir = ${inside.target}/etc/pacman.d/hooks`,
    "",
  ];
  return lines.join("\n");
}

function keySteps({ keys, allTrusted }: InstallPlan): string[] {
  const files = keys.map(name => `${inside.work}/${name}`).join(" ");
  const trusted = allTrusted ? "$(fingerprints)" : `$(lines ${inside.work}/trusted)`;
  const orEnd = `|| exit ${exitCodes.keys}`;
  return [
    `import_keys ${files} ${orEnd}`,
    `trust_keys ${trusted} ${orEnd}`,
    ...(allTrusted ? [] : [`keys --import-ownertrust ${inside.work}/trusted ${orEnd}`]),
    `revoke_keys $(lines ${inside.work}/revoked)`,
    `keys --check-trustdb ${orEnd}`,
    // Nothing is signed any more, and nobody else would end it.
    "gpgconf --kill gpg-agent || true",
  ];
}

/** Lets pacman look at packages without installing them. */
function check(plan: InstallPlan, level: string, packages: readonly string[]): string[] {
  if (packages.length === 0) return [];
  return [
    `${pacman(plan, level)} -U --print --nodeps --nodeps ${at(packages)} 2>&1 || exit ${exitCodes.signatures}`,
  ];
}

function pacman(plan: InstallPlan, config: string): string {
  const { target, work } = inside;
  const settings = {
    config: `${work}/${config}.conf`,
    root: target,
    dbpath: `${target}/var/lib/pacman`,
    // Packages lie elsewhere; nothing is fetched.
    cachedir: "$GNUPGHOME",
    gpgdir: "$GNUPGHOME",
    logfile: "/dev/null",
    color: "never",
  };
  const options = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
  return [...plan.pacman, ...options, "--noconfirm", "--noprogressbar"].join(" ");
}

function at(packages: readonly string[]): string {
  return packages.map(name => `${inside.packages}/${name}`).join(" ");
}
