// Run as a process of its own: resolves and fetches a package, prints the path or what failed.
import { fetchPackage } from "../../../src/core/debian/fetchPackage.ts";
import { resolvePackage } from "../../../src/core/debian/resolvePackage.ts";
import { openHost } from "../../../src/core/host/openHost.ts";

const [cacheDir = "", aptConfig = "", name = ""] = process.argv.slice(2);
const host = openHost({ env: { ...process.env, WHITTLE_CACHE: cacheDir } });
const options = { arch: host.arch, aptConfig, signal: new AbortController().signal };
const said = await resolvePackage(host, { ...options, package: name })
  .then(found => fetchPackage(host, found, options))
  .catch(error => `${error.code} ${error.message} ${error.advice}`);
process.stdout.write(`${said}\n`);
