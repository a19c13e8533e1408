import { spawn } from "node:child_process";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { toolCommand, toolEnvironment } from "../../host/runTool.ts";

/** A process that does nothing but keep its namespaces alive. */
export interface Holder {
  /** As the host numbers it. */
  readonly pid: number;
  /** Ends it, and when it is the first of its process namespace, all others there. */
  end(): Promise<void>;
}

/**
 * The shell command that holds. It waits for us: when we are gone in whatever way, its input ends, and it with it.
 * The number is read from the host's /proc, so it is the host's. Children of killed programs fall to the first
 * process of their namespace, which must not keep them as zombies.
 */
export const hold =
  'read -r pid rest < /proc/self/stat && echo "$pid" && exec env --ignore-signal=CHLD cat > /dev/null';

/**
 * Starts a tool that ends up running `hold`.
 * @throws Failure `namespaces-forbidden` with what the tool said instead.
 */
export async function startHolder(
  host: Host,
  tool: "prlimit" | "nsenter",
  args: readonly string[],
): Promise<Holder> {
  const command = toolCommand(host, tool, args);
  const stdio: ["pipe", "pipe", "pipe"] = ["pipe", "pipe", "pipe"];
  const child = spawn(command.file, command.args, { env: toolEnvironment(host), stdio, cwd: "/" });
  child.stdin.on("error", () => undefined);
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  let isGone = false;
  const ended = new Promise<void>(resolve => {
    child.once("error", error => {
      said += error.message;
      resolve();
    });
    child.once("close", () => resolve());
  }).then(() => {
    isGone = true;
  });
  const line = new Promise<string>(resolve => {
    child.stdout.once("data", (bytes: Buffer) => resolve(bytes.toString()));
  });
  const pid = Number.parseInt((await Promise.race([line, ended])) ?? "", 10);
  const end = (): Promise<void> => {
    // Later its number may be another's.
    if (Number.isInteger(pid) && !isGone) kill(pid);
    child.stdin.end();
    return ended;
  };
  if (Number.isInteger(pid)) return { pid, end };
  child.kill("SIGKILL");
  await end();
  throw new Failure("namespaces-forbidden", `The kernel gives no user namespaces here: ${said.trim()}.`);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone already; or not ours to kill, then the end of its input ends it.
  }
}
