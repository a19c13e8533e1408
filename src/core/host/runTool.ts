import type { Readable } from "node:stream";
import { Failure } from "../failure.ts";
import type { Host } from "./host.ts";
import type { ToolName } from "./toolFacts.ts";

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly cwd?: string | undefined;
  /** Added to a minimal environment (PATH, HOME, proxies, LC_ALL=C.UTF-8, TZ=UTC); see toolEnvironment(). */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly stdin?:
    | { readonly text: string }
    | { readonly file: string }
    | { readonly stream: Readable }
    | undefined;
  /** Standard output goes to this file instead of into the result. */
  readonly stdoutFile?: string | undefined;
  /** Called with each line of stdout and stderr as it comes (not of stdout that goes to a file). */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Exit codes that count as success. Default [0]. */
  readonly accept?: readonly number[] | undefined;
  /** Called with the tool's process id once it runs. */
  readonly onStart?: ((pid: number) => void) | undefined;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

// A program that outlives us would write into folders that are no longer ours: the kernel ends it with us.
function endsWithUs(host: Host, program: string, args: readonly string[]): [string, string[]] {
  const setpriv = process.platform === "linux" ? host.tools.find("setpriv") : undefined;
  return setpriv ? [setpriv, ["--pdeathsig", "KILL", "--", program, ...args]] : [program, [...args]];
}

/** What tools get to see of our environment: enough to reach the network and their homes, nothing that sways bytes. */
export function toolEnvironment(host: Host): Record<string, string> {
  const kept = [
    "PATH",
    "HOME",
    "TMPDIR",
    "USER",
    "LOGNAME",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
  ];
  const env: Record<string, string> = { LC_ALL: "C.UTF-8", TZ: "UTC" };
  for (const name of kept) {
    const value = host.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** The command line that starts `tool` so that it cannot outlive this process. For callers that stream by themselves. */
export function toolCommand(
  host: Host,
  tool: ToolName,
  args: readonly string[],
): { file: string; args: string[] } {
  const [file, all] = endsWithUs(host, host.tools.require(tool), args);
  return { file, args: all };
}

/**
 * Runs a tool to its end. Aborting kills it (SIGTERM, then SIGKILL after 2 s).
 * @throws Failure `tool-missing`, or `tool-failed` with the exit code and the last lines it wrote.
 */
export async function runTool(
  host: Host,
  tool: ToolName,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  const { execa } = await import("execa");
  const command = toolCommand(host, tool, args);
  const onLine = options.onLine;
  const tap = onLine
    ? function* (line: unknown) {
        onLine(String(line));
        yield line;
      }
    : undefined;
  const running = execa(command.file, command.args, {
    cancelSignal: options.signal,
    forceKillAfterDelay: 2000,
    extendEnv: false,
    env: { ...toolEnvironment(host), ...options.env },
    reject: false,
    buffer: { stdout: options.stdoutFile === undefined },
    maxBuffer: 64 * 1024 * 1024,
    stripFinalNewline: false,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdin: stdinOf(options.stdin),
    stdout: options.stdoutFile === undefined ? (tap ?? "pipe") : { file: options.stdoutFile },
    stderr: tap ?? "pipe",
  });
  if (running.pid !== undefined) options.onStart?.(running.pid);
  const result = await running;
  options.signal.throwIfAborted();
  const stdout = typeof result.stdout === "string" ? result.stdout : "";
  const stderr = typeof result.stderr === "string" ? result.stderr : "";
  const exitCode = result.exitCode ?? -1;
  if (!(options.accept ?? [0]).includes(exitCode)) {
    const how = result.signal ? `was ended by ${result.signal}` : `ended with exit code ${exitCode}`;
    const said = lastLines(stderr || stdout);
    throw new Failure("tool-failed", `${tool} ${how}${said ? `: ${said}` : "."}`, {
      advice: diskFull(stderr) ? "The disk is full: free some space and build again." : undefined,
      cause: result.cause,
    });
  }
  return { stdout, stderr, exitCode };
}

function stdinOf(stdin: RunOptions["stdin"]) {
  if (!stdin) return "ignore" as const;
  if ("text" in stdin)
    return {
      *[Symbol.iterator]() {
        yield stdin.text;
      },
    }[Symbol.iterator]();
  if ("file" in stdin) return { file: stdin.file };
  // By itself execa would hand the stream to the system, which only takes one that stands for an open file.
  return [stdin.stream, "pipe" as const];
}

function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-8).join("\n");
}

function diskFull(text: string): boolean {
  return /No space left on device|ENOSPC|Disk quota exceeded/.test(text);
}
