import { basename } from "node:path";
import * as vscode from "vscode";
import { Failure, RecipeInvalid } from "../../core/failure.ts";
import { commands, settings } from "../ids.ts";
import { isAbort } from "./isAbort.ts";

/** A build that two commands waited for fails once. */
const told = new WeakSet<Error>();

type Offers = Readonly<Record<string, () => unknown>>;

/**
 * Tells the person that something failed: message, what to do, and ways to the place, the cure or the log. Does not
 * wait for an answer.
 */
export function showProblem(error: unknown, log: vscode.LogOutputChannel): void {
  if (isAbort(error) || (error instanceof Error && told.has(error))) return;
  if (error instanceof Error) told.add(error);
  const showLog = { "Show Log": () => log.show() };
  if (error instanceof RecipeInvalid) {
    log.error(error.message);
    const showProblems = () => vscode.commands.executeCommand("workbench.actions.view.problems");
    offer(invalidText(error), { "Show Problems": showProblems });
  } else if (error instanceof Failure) {
    log.error(`${error.message}${error.advice ? ` ${error.advice}` : ""}`);
    const [first = "", ...further] = error.message.split("\n");
    const text = error.advice ? `${first} ${error.advice}` : first;
    const offers = offersFor(error);
    // What a tool said is in the log; where there is nothing else to offer, the log is.
    const isMore = further.length > 0 || Object.keys(offers).length === 0;
    offer(text, isMore ? { ...offers, ...showLog } : offers);
  } else {
    log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    offer(`Whittle: ${error instanceof Error ? error.message : String(error)}`, showLog);
  }
}

function invalidText({ message, diagnostics }: RecipeInvalid): string {
  const errors = diagnostics.filter(each => each.severity === "error");
  const [first] = errors;
  if (!first) return message;
  const count = errors.length === 1 ? "an error" : `${errors.length} errors`;
  return `${basename(first.range.file)} has ${count}: ${message}`;
}

function offersFor({ code, message, range }: Failure): Offers {
  const run = (id: string, ...args: unknown[]) => vscode.commands.executeCommand(id, ...args);
  const setting = `${settings.section}.${settings.tools}`;
  const goToRecipe = range && {
    "Go to Recipe": () => run(commands.openRecipe, vscode.Uri.file(range.file), range.start),
  };
  if (code === "not-trusted") return { "Manage Trust": () => run("workbench.trust.manage") };
  if (code === "no-recipe") return { "New Recipe": () => run(commands.newRecipe) };
  if (code === "tool-missing" && message.includes(setting))
    return { "Open Settings": () => run("workbench.action.openSettings", setting) };
  if (code === "tool-missing") return { "Install Tools": () => run(commands.installTools), ...goToRecipe };
  return goToRecipe ?? {};
}

function offer(message: string, offers: Offers): void {
  void vscode.window.showErrorMessage(message, ...Object.keys(offers)).then(chosen => {
    if (chosen !== undefined) offers[chosen]?.();
  });
}
