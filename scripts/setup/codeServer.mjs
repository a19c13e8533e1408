// A real VS Code in the browser (code-server, from npm alone), kept outside the repository because it weighs
// more than everything else together. Used by `npm start` where there is no `code`, and by the end-to-end tests.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

export const codeServerVersion = "4.139.1";

// What the server loads at start; the other native modules (kerberos, ripgrep …) it does without.
const nativeModules = ["node-pty", "@vscode/spdlog", "@parcel/watcher", "@vscode/native-watchdog"];

/** Folder that holds, or will hold, the installed server. */
export function codeServerHome(env = process.env) {
  const cache = env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache");
  return join(cache, "whittle-dev", `code-server-${codeServerVersion}`);
}

// The native parts are built against Node-API, which every Node since 20 offers alike: the headers of a Node that is
// here serve as well as those that node-gyp would download.
function nodeHeaders() {
  const prefixes = (process.env.PATH ?? "").split(delimiter).map(dirname);
  return prefixes.find(prefix => existsSync(join(prefix, "include", "node", "node_api.h")));
}

/**
 * Installs the server unless it is there already.
 * @param {string} node the Node 24 that will run it
 * @param {(line: string) => void} say progress for people
 * @returns {string} the server's entry file
 */
export function installCodeServer(node, say = () => {}) {
  const home = codeServerHome();
  const entry = join(home, "node_modules", "code-server", "out", "node", "entry.js");
  const stamp = join(home, "installed");
  if (existsSync(stamp) && existsSync(entry)) return entry;
  say(`Installing code-server ${codeServerVersion} (once; about two minutes) …`);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const headers = nodeHeaders();
  const env = {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
    ...(headers ? { npm_config_nodedir: headers } : {}),
  };
  const npm = (cwd, ...args) =>
    execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  writeFileSync(join(home, "package.json"), "{}\n");
  npm(home, "install", "--ignore-scripts", `code-server@${codeServerVersion}`);
  const vscode = join(home, "node_modules", "code-server", "lib", "vscode");
  npm(vscode, "install", "--ignore-scripts", "--omit=dev");
  npm(join(vscode, "extensions"), "install", "--ignore-scripts", "--omit=dev");
  say("Building the server's native parts …");
  npm(vscode, "rebuild", ...nativeModules);
  writeFileSync(stamp, `${codeServerVersion}\n`);
  return entry;
}
