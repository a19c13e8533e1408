import { Failure } from "../../failure.ts";
import { check, type DoctorCheck } from "../doctor.ts";
import type { Host } from "../host.ts";
import { runTool } from "../runTool.ts";
import { type ToolName, toolFacts } from "../toolFacts.ts";

/** One check for every tool in toolFacts.json: where it is, that it runs, what it is for. */
export async function checkTools(host: Host, signal: AbortSignal): Promise<DoctorCheck[]> {
  const names = Object.keys(toolFacts) as ToolName[];
  const checks: DoctorCheck[] = [];
  // A few at a time: a process each, and most of them end at once.
  for (let at = 0; at < names.length; at += 4) {
    const some = names.slice(at, at + 4).map(name => checkTool(host, name, signal));
    checks.push(...(await Promise.all(some)));
  }
  return checks;
}

async function checkTool(host: Host, name: ToolName, signal: AbortSignal): Promise<DoctorCheck> {
  const { debian, purpose, basic, silent, versionOption = "--version" } = toolFacts[name];
  const id = `tool:${name}`;
  const lacking = basic ? "missing" : "note";
  const report = { name, path: undefined, version: undefined, package: debian, purpose };
  try {
    const path = host.tools.require(name);
    if (silent) return check(id, "ok", `${name} at ${path}, ${purpose}.`, { tool: { ...report, path } });
    const said = await runTool(host, name, [versionOption], { signal });
    const version = versionIn(`${said.stdout}\n${said.stderr}`);
    const text = `${name} ${version ?? "(version unknown)"} at ${path}, ${purpose}.`;
    return check(id, "ok", text, { tool: { ...report, path, version } });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    const path = host.tools.find(name);
    const text =
      path === undefined ? error.message : `${path} is needed ${purpose}, but does not run: ${error.message}`;
    const install = `sudo apt-get install ${path === undefined ? "" : "--reinstall "}${debian}`;
    const cure = `${path === undefined ? "Install it with" : "Install it anew"}: ${install}`;
    return check(id, lacking, text, { cure, tool: { ...report, path } });
  }
}

function versionIn(said: string): string | undefined {
  return /\d+\.[\w.+~-]*\w/.exec(said)?.[0] ?? /\bversion (\d+)/.exec(said)?.[1];
}
