import { Failure } from "../../failure.ts";
import type { StageContext } from "../stage.ts";
import type { Script } from "./runScript.ts";
import { rangeInRecipe, rangeOfLine } from "./scriptRange.ts";

/** For a script that ran too long. */
export function timedOut(timeout: number | string | undefined, context: StageContext): Failure {
  const message = `The script was ended: it ran longer than ${timeout}${typeof timeout === "number" ? " s" : ""}.`;
  return context.fail("run-timeout", message, {
    at: ["timeout"],
    advice:
      "Give it a longer `timeout`, or see by what it said before (in VS Code in Whittle's output panel) what it waits for.",
  });
}

const longestShown = 500;

function shortened(line: string): string {
  return line.length > longestShown ? `${line.slice(0, longestShown)}…` : line;
}

/**
 * For a script that ended with an error: on its line, where that is known.
 * @param number of the line, counting from 1.
 * @param said the last lines of its output.
 */
export async function failed(
  exitCode: number,
  script: Script,
  number: number | undefined,
  said: readonly string[],
  context: StageContext,
): Promise<Failure> {
  const line = number === undefined ? "" : (script.text.split("\n")[number - 1] ?? "").trim();
  const where = number === undefined ? "" : ` at line ${number}: \`${line}\``;
  const how =
    exitCode > 128 && exitCode < 128 + 65
      ? `was ended by signal ${exitCode - 128}`
      : `ended with exit code ${exitCode}`;
  const output = said.map(each => `\n${shortened(each)}`).join("");
  const failure = context.fail("run-failed", `The script ${how}${where}.${output}`, {
    at: script.at,
    advice: adviceFor(exitCode, script),
  });
  if (number === undefined || !failure.range) return failure;
  const range =
    script.file === undefined
      ? await rangeInRecipe(failure.range, script.text, number)
      : rangeOfLine(script.file, script.text, number);
  if (!range) return failure;
  return new Failure(failure.code, failure.message, { advice: failure.advice, range });
}

const killed = 128 + 9;

function adviceFor(exitCode: number, { text }: Script): string {
  if (text.includes("\r\n")) {
    return "The script's lines end as on Windows (CR LF), which shells take for a part of the last word: save it with LF.";
  }
  if (exitCode !== killed) return "Its whole output stands above; in VS Code, in Whittle's output panel.";
  return "Its whole output stands above; in VS Code, in Whittle's output panel. If the script does not end itself so, memory ran out: `journalctl -k` names what the kernel ended.";
}
