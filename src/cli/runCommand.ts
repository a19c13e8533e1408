import type { CommonOptions } from "./commonOptions.ts";
import { printError } from "./printError.ts";

/** Ends the work when the person presses Ctrl-C or the system asks the process to end. */
export const interruption = new AbortController();

/**
 * Runs one command: exit code 0 done, 1 the work failed, 2 the call or the recipe is wrong, 130 interrupted.
 * A second Ctrl-C does not wait for the clean-up of the first.
 */
export async function runCommand(options: CommonOptions, work: () => Promise<number>): Promise<void> {
  const interrupt = (signal: NodeJS.Signals): void => {
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort(new DOMException(`Interrupted by ${signal}`, "AbortError"));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
  // A reader that goes away (`whittle sizes … | head`) ends the command quietly.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  try {
    process.exitCode = await work();
  } catch (error) {
    process.exitCode = printError(error, options);
  }
}
