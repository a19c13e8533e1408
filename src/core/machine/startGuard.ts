import { type ChildProcess, spawn } from "node:child_process";
import { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";
import { toolEnvironment } from "../host/runTool.ts";
import { type GuardAnswer, type GuardOrder, readGuardAnswer } from "./guard/protocol.ts";
import { jsonLine, jsonLines } from "./jsonLines.ts";

export interface StartedGuard {
  readonly folder: string;
  /** QEMU's process id. */
  readonly pid: number;
  /** ms since 1970. */
  readonly startedAt: number;
  /** Call it once a lease is held: until then the guard ends with this process. */
  letGo(): void;
}

/**
 * Starts the guard program as a process that survives this one, and lets it start QEMU.
 * @param guard path of guard.js
 * @throws Failure `guard-failed`; the signal's reason when aborted
 */
export async function startGuard(
  guard: string,
  order: GuardOrder,
  { host, signal }: { readonly host: Host; readonly signal: AbortSignal },
): Promise<StartedGuard> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [guard], {
    detached: true,
    cwd: "/",
    stdio: ["pipe", "pipe", "pipe"],
    // In VS Code execPath is Electron, which this makes behave as Node.
    env: { ...toolEnvironment(host), ELECTRON_RUN_AS_NODE: "1" },
  });
  const abort = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", abort, { once: true });
  try {
    child.stdin.on("error", () => undefined);
    child.stdin.write(jsonLine(order));
    const answer = await readAnswer(child);
    signal.throwIfAborted();
    if ("problem" in answer)
      throw new Failure("guard-failed", `The machine did not start: ${answer.problem}`);
    return { ...answer, letGo: () => detach(child) };
  } catch (error) {
    child.kill("SIGTERM");
    detach(child);
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function readAnswer(child: ChildProcess): Promise<GuardAnswer> {
  return new Promise((resolve, reject) => {
    let stderr = "";
    const silent = (cause?: unknown): void => {
      const said = stderr.trim().split("\n").slice(-5).join("\n");
      const message = `Whittle's guard program ended before it started the machine${said ? `: ${said}` : "."}`;
      reject(
        new Failure("guard-failed", message, { cause, advice: "Install Whittle again if this comes back." }),
      );
    };
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-4096);
    });
    const read = jsonLines(
      message => {
        const answer = readGuardAnswer(message);
        if (answer) resolve(answer);
      },
      () => undefined,
    );
    child.stdout?.on("data", read);
    child.once("error", silent);
    child.once("close", () => silent());
  });
}

function detach(child: ChildProcess): void {
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
  child.unref();
}
