import { Failure } from "../../failure.ts";
import type { SandboxTask } from "../sandbox.ts";
import type { InsideEnd } from "./inside.ts";

/**
 * The command's exit code out of what bubblewrap writes about itself (--json-status-fd): it names one only when the command
 * was started and has ended.
 */
export function commandEnd(status: string): number | undefined {
  const code = /"exit-code": *(\d+)/.exec(status)?.[1];
  return code === undefined ? undefined : Number(code);
}

const own = "bwrap: ";
const doctor = "Run `whittle doctor`; WHITTLE_SANDBOX=vm runs commands in a small virtual machine instead.";

/**
 * For a command whose end bubblewrap did not see.
 * @param said the last lines on standard error, of bubblewrap or the command.
 */
export function bubblewrapFailure(
  { command: [program = ""] }: Pick<SandboxTask, "command">,
  { exitCode, killedBy }: InsideEnd,
  said: readonly string[],
): Failure {
  const words = said.map(line => `\n${line}`).join("");
  if (killedBy !== undefined) {
    return new Failure(
      "sandbox-failed",
      `The sandbox was ended by ${killedBy} before ${program} was done.${words}`,
      {
        advice:
          "Nothing in the sandbox can do that: somebody on this computer did, or its memory ran out (`journalctl -k` names what " +
          "the kernel ended). Build again.",
      },
    );
  }
  const last = said.at(-1) ?? `exit code ${exitCode}`;
  const isMissing = /^bwrap: (execvp |Can't chdir)/.test(last);
  if (isMissing) {
    return new Failure(
      "sandbox-failed",
      `${program} cannot be started in the sandbox: ${last.slice(own.length)}`,
      { advice: "Look whether the program and the folder it starts in are in the tree." },
    );
  }
  return new Failure("sandbox-failed", `The sandbox could not be set up for ${program}: ${last}`, {
    advice: /No space left|Disk quota/.test(last)
      ? "The disk is full: free some space and build again."
      : doctor,
  });
}
