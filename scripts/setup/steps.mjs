// Steps that `npm start` and `npm test` share. Plain JavaScript for Node 20 without any package: on a fresh
// clone nothing else is there yet.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The pinned Node that builds, tests and runs everything below; there after installNpmPackages(). */
export const node = join(root, "node_modules", ".bin", "node");

/** A problem with the machine that the person can cure; printed without a stack. */
export class SetupProblem extends Error {}

/** One line of progress; bold only for people: on a terminal, without NO_COLOR. */
export function say(line) {
  const isPlain = !process.stderr.isTTY || process.env.NO_COLOR;
  process.stderr.write(`${isPlain ? "▸" : "\x1b[1m▸\x1b[0m"} ${line}\n`);
}

/** Runs the steps; a SetupProblem ends the process with its message alone. */
export async function main(steps) {
  try {
    process.exitCode = (await steps()) ?? 0;
  } catch (error) {
    process.stderr.write(`\n${error instanceof SetupProblem ? error.message : (error.stack ?? error)}\n`);
    process.exitCode = 1;
  }
}

/** Says early and plainly where Whittle cannot be set up by this script. */
export function checkPlatform() {
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major < 20)
    throw new SetupProblem(`Node ${process.versions.node} is too old: Whittle needs Node 20 or newer.`);
  if (process.platform !== "linux") {
    throw new SetupProblem(
      `Whittle's set-up knows Debian and Ubuntu; this is ${process.platform}.\nUse a Debian or Ubuntu machine, a container or WSL, and run it there.`,
    );
  }
}

/** `npm ci`, unless node_modules already is what package-lock.json says. */
export function installNpmPackages() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules", ".installed-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock && existsSync(node)) return;
  say("Installing npm packages …");
  const done = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (done.status !== 0) {
    throw new SetupProblem(
      "npm could not install the packages (see above). Check the network and run the command again.",
    );
  }
  writeFileSync(stamp, lock);
}

/** A program by its name, or any file by its absolute path. */
function onPath(tool) {
  if (isAbsolute(tool)) return existsSync(tool);
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  return folders.some(folder => {
    try {
      const path = join(folder, tool);
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  });
}

/**
 * Installs the Debian packages whose tools are missing: by apt as root or with a sudo that asks nothing; else
 * says the exact command.
 * @param {Record<string, { debian: string }>} tools by program name
 */
export function installSystemPackages(tools) {
  const missing = [
    ...new Set(
      Object.entries(tools)
        .filter(([tool]) => !onPath(tool))
        .map(([, fact]) => fact.debian),
    ),
  ].sort();
  if (missing.length === 0) return;
  const install = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  if (!onPath("apt-get")) {
    throw new SetupProblem(
      `These programs are missing: ${Object.keys(tools)
        .filter(tool => !onPath(tool))
        .join(", ")}.\n` +
        "This is no Debian or Ubuntu, so they cannot be installed from here: install them with your system's package manager and run the command again.",
    );
  }
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const allowed =
    asRoot.length === 0 ||
    (onPath("sudo") && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0);
  if (!allowed)
    throw new SetupProblem(
      `Some system packages are missing. Install them, then run the command again:\n\n  sudo ${install}\n`,
    );
  say(`Installing system packages: ${missing.join(" ")} …`);
  const run = (...words) =>
    spawnSync([...asRoot, ...words][0], [...asRoot, ...words].slice(1), {
      stdio: ["ignore", "ignore", 2],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0;
  // Lists may be missing (fresh machine) or outdated (404): refresh them once, always.
  run("apt-get", "update", "-qq");
  if (!run(...install.split(" "), "-qq")) {
    throw new SetupProblem(
      `apt could not install the packages (see above). The command was:\n\n  ${install}\n`,
    );
  }
}

/** The bundles in dist/. */
export function buildBundles() {
  execFileSync(node, [join(root, "scripts", "bundle.mjs")], { cwd: root, stdio: ["ignore", 2, 2] });
}

/** Runs a program on our terminal with the pinned Node first on PATH; resolves with its exit code. */
export function run(program, args, options = {}) {
  const env = { ...process.env, ...options.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  return spawnSync(program, args, { cwd: root, stdio: "inherit", ...options, env }).status ?? 1;
}
