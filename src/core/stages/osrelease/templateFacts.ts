import { runTool } from "../../host/runTool.ts";
import type { OsReleaseParameters } from "../osrelease.ts";
import type { Json, ParameterPath, ResolveContext } from "../stage.ts";
import { namesIn, type TemplateName } from "./template.ts";

/** What templates stand for, as far as it is no part of the tree. */
export type TemplateFacts = Partial<Record<TemplateName, string>>;

/**
 * Finds out what the templates of the parameters name, and only that: it becomes part of the stage's key.
 * @throws Failure `osrelease-template` or `osrelease-git`, placed on the value that asks.
 */
export async function templateFacts(given: OsReleaseParameters, context: ResolveContext): Promise<Json> {
  const { recipe, arch } = context;
  const facts: TemplateFacts = {};
  if (given.image_id === undefined) facts.name = recipe.name;
  if (given.image_version === undefined && recipe.version !== undefined) facts.version = recipe.version;
  for (const [key, value] of Object.entries(given)) {
    const at = [key];
    for (const name of typeof value === "string" ? namesIn(value) : []) {
      if (name === "name") facts.name = recipe.name;
      else if (name === "version") facts.version = versionOf(context, at);
      else if (name === "arch") facts.arch = arch;
      else if (name === "date") facts.date = dateOf(context, at);
      else if (name === "git.hash") {
        facts[name] ??= await git(["rev-parse", "--verify", "--short=12", "HEAD"], at, context);
      } else if (name === "git.describe") {
        facts[name] ??= await git(["describe", "--tags", "--always", "--dirty", "--abbrev=12"], at, context);
      }
    }
  }
  return { ...facts };
}

function versionOf({ recipe, fail }: ResolveContext, at: ParameterPath): string {
  if (recipe.version !== undefined) return recipe.version;
  throw fail("osrelease-template", "The recipe has no version.", {
    at,
    advice: "Add `version:` at the top of the recipe.",
  });
}

function dateOf({ host, fail }: ResolveContext, at: ParameterPath): string {
  const clock = host.env["SOURCE_DATE_EPOCH"];
  if (clock) return new Date(Number(clock) * 1000).toISOString().slice(0, 10);
  throw fail("osrelease-template", "There is no date: SOURCE_DATE_EPOCH is not set.", {
    at,
    advice:
      "The same recipe gives the same image on every day, unless the environment says the day: SOURCE_DATE_EPOCH=$(git log -1 --format=%ct).",
  });
}

async function git(args: readonly string[], at: ParameterPath, context: ResolveContext): Promise<string> {
  const { host, signal, baseDir, fail } = context;
  // A repository's own settings could name programs to run.
  const safe = ["-C", baseDir, "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];
  const env = { GIT_OPTIONAL_LOCKS: "0", GIT_CONFIG_NOSYSTEM: "1" };
  const run = await runTool(host, "git", [...safe, ...args], { signal, env, accept: [0, 1, 128, 129] });
  const said = run.stdout.trim();
  if (run.exitCode === 0 && said !== "") return said;
  const why = run.stderr.trim().split("\n")[0] ?? "";
  const message = /not a git repository/.test(why)
    ? `${baseDir} is in no git repository.`
    : /Needed a single revision|unknown revision|Not a valid object/.test(why)
      ? `The git repository of ${baseDir} has no commit yet.`
      : `git cannot tell the commit of ${baseDir}: ${why}`;
  throw fail("osrelease-git", message, {
    at,
    advice: "Keep the recipe in a git repository with a commit, or do not use the git names in templates.",
  });
}
