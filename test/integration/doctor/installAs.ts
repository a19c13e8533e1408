// Run as a process of its own, as an ordinary user: tries to install what is missing, prints what comes out.
import { doctor } from "../../../src/core/host/doctor.ts";
import { installMissing } from "../../../src/core/host/install.ts";
import { openHost } from "../../../src/core/host/openHost.ts";

const [path = "", cacheDir = "", without = ""] = process.argv.slice(2);
const signal = new AbortController().signal;
const opened = openHost({ env: { PATH: path, WHITTLE_CACHE: cacheDir } });
const tools = {
  ...opened.tools,
  find: (tool: never) => (tool === without ? undefined : opened.tools.find(tool)),
};
const host = { ...opened, tools };
const install = await installMissing(host, { signal }).catch(error => ({
  code: error.code,
  message: error.message,
  advice: error.advice,
}));
const probe = () => Promise.resolve({ accelerator: "tcg", reason: "Not tried." });
const { checks } = await doctor(opened, { signal, probe });
process.stdout.write(JSON.stringify({ install, cache: checks.find(each => each.id === "cache") }));
