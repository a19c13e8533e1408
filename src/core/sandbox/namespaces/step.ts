import type { Readable } from "node:stream";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { type InsideOptions, runInside, tailOf } from "./inside.ts";
import type { UserNamespace } from "./userNamespace.ts";

/**
 * Runs something of ours, which has to succeed.
 * @throws Failure `sandbox-failed` that begins with `problem`.
 */
export async function step(
  host: Host,
  space: UserNamespace,
  problem: string,
  program: readonly string[],
  options: InsideOptions,
): Promise<void> {
  const said = tailOf();
  const onStderr = (stream: Readable) => said.read(stream);
  try {
    const { exitCode } = await runInside(host, space, program, { ...options, onStderr });
    if (exitCode === 0) return;
    if (said.text === "") said.add(`exit code ${exitCode}`);
  } catch (error) {
    // Why a script broke off says more than that its output does.
    const isCut = error instanceof Failure && /^(capture-broken|archive-damaged)$/.test(error.code);
    if (!isCut || said.text === "") throw error;
  }
  throw new Failure("sandbox-failed", `${problem}: ${said.text}`, {
    advice: /No space left|Disk quota/.test(said.text)
      ? "The disk is full: free some space and build again."
      : "Run `whittle doctor`; WHITTLE_SANDBOX=vm runs commands in a small virtual machine instead.",
  });
}
