import { statSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Failure } from "../../failure.ts";
import { openSandbox } from "../../sandbox/openSandbox.ts";
import type { Sandbox, SandboxOutcome, SandboxTask } from "../../sandbox/sandbox.ts";
import { mountPoint } from "../../sandbox/vm/task/mountPoints.ts";
import type { Tree } from "../../tree/tree.ts";
import { located } from "../atParameter.ts";
import type { RunParameters } from "../run.ts";
import type { ParameterPath, StageContext } from "../stage.ts";
import { secondsOf } from "./duration.ts";
import { followScript } from "./followScript.ts";
import { checkMountTargets } from "./mountTargets.ts";
import { failed, timedOut } from "./scriptFailure.ts";
import { programProblem } from "./scriptProgram.ts";
import { type Shell, shellOf } from "./shell.ts";
import { checkStartFolder } from "./startFolder.ts";
import { canFollow, scriptFolder, scriptName, wrapper, wrapperName } from "./wrapper.ts";

type Written = Exclude<RunParameters, string>;

/** A script, and what is known of it. */
export interface Script {
  readonly text: string;
  /** Absolute, when it is a file of its own. */
  readonly file: string | undefined;
  readonly shell: Shell;
  readonly isFollowed: boolean;
  readonly at: ParameterPath;
}

const keptLines = 12;

/** Runs the script in a sandbox; its changes go into the layer. @throws Failure, on the line that failed. */
export async function runScript(given: RunParameters, context: StageContext): Promise<void> {
  const written: Written = typeof given === "string" ? { script: given } : given;
  const script = await readScript(given, written, context);
  const tree = await context.below();
  checkPlaces(written, tree, context);
  await checkProgram(script, written, context);
  const follower = followScript(script.text);
  const said: string[] = [];
  const hear = (line: string): void => {
    said.push(line);
    if (said.length > keptLines) said.shift();
    context.log(line);
  };
  const task: SandboxTask = {
    system: "tree",
    tree,
    command: [...script.shell.words, `${scriptFolder}/${script.isFollowed ? wrapperName : scriptName}`],
    ...{ env: written.env, user: written.user, cwd: written.cwd, network: written.network },
    mounts: [...(await scriptMounts(script, context)), ...mountsOf(written, context)],
    timeoutSeconds: written.timeout === undefined ? undefined : secondsOf(written.timeout),
    onLine(line, from) {
      const shown = from === "stderr" && script.isFollowed ? follower.take(line) : line;
      if (shown !== undefined) hear(shown);
    },
    onWarning: message => context.warn(message, script.at),
    ...{ signal: context.signal, clock: context.clock, scratch: () => context.scratch() },
  };
  let outcome: SandboxOutcome;
  try {
    const sandbox = await sandboxFor(context);
    outcome = await sandbox.run(task, context.layer);
  } catch (error) {
    context.signal.throwIfAborted();
    throw located(context, placeOf(error, written, script.at), error);
  }
  if (outcome.timedOut) throw timedOut(written.timeout, context);
  if (outcome.exitCode !== 0) {
    const line = script.isFollowed ? follower.line : undefined;
    throw await failed(outcome.exitCode, script, line, said, context);
  }
}

function checkPlaces(written: Written, tree: Tree, context: StageContext): void {
  const mounts = written.mounts ?? [];
  const places = mounts.map(({ from, to }, index) => {
    try {
      const isFolder =
        statSync(resolve(context.baseDir, from), { throwIfNoEntry: false })?.isDirectory() ?? true;
      return `/${mountPoint(tree, to, isFolder)}`;
    } catch (error) {
      throw located(context, ["mounts", index, "to"], error);
    }
  });
  checkMountTargets(mounts, context, places);
  checkStartFolder(written, tree, context);
}

async function sandboxFor({ host, signal, log }: StageContext): Promise<Sandbox> {
  return openSandbox(host, { signal, log });
}

async function readScript(given: RunParameters, written: Written, context: StageContext): Promise<Script> {
  const file = "file" in written ? resolve(context.baseDir, written.file) : undefined;
  const text = "script" in written ? written.script : await readFile(file ?? "", "utf8");
  const shell = shellOf(text, written.shell);
  const at = typeof given === "string" ? [] : [file === undefined ? "script" : "file"];
  return { text, file, shell, at, isFollowed: shell.isBourne && canFollow(text) };
}

async function checkProgram(script: Script, written: Written, context: StageContext): Promise<void> {
  const [program = ""] = script.shell.words;
  const isMounted = (written.mounts ?? []).some(({ to }) => program.startsWith(to));
  if (isMounted) return;
  const problem = await programProblem(await context.below(), program, context.host.arch);
  if (!problem) return;
  const at = written.shell === undefined ? script.at : ["shell"];
  const code = problem.isForeign ? "run-foreign-arch" : "run-shell-missing";
  throw context.fail(code, problem.message, { at, advice: problem.advice });
}

async function scriptMounts(script: Script, context: StageContext): Promise<SandboxTask["mounts"] & object> {
  const folder = await context.scratch();
  // dash shows each line as it reads it: without its end the next message would stand behind it.
  const lacksEnd = script.isFollowed && !script.text.endsWith("\n");
  const files = { [scriptName]: lacksEnd ? `${script.text}\n` : script.text, [wrapperName]: wrapper };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o755);
  }
  await chmod(folder, 0o755);
  return [{ from: folder, to: scriptFolder }];
}

function mountsOf(written: Written, { baseDir }: StageContext): NonNullable<SandboxTask["mounts"]> {
  return (written.mounts ?? []).map(({ from, to }) => ({ from: resolve(baseDir, from), to }));
}

/** The parameter that a failure of the sandbox is about. */
function placeOf(error: unknown, written: Written, script: ParameterPath): ParameterPath {
  const keys: Readonly<Record<string, keyof typeof written>> = {
    "user-unknown": "user",
    "mount-in-the-way": "mounts",
    "mount-missing": "mounts",
  };
  const key = error instanceof Failure ? keys[error.code] : undefined;
  return key !== undefined && key in written ? [key] : script;
}
