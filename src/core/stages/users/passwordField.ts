import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { runTool } from "../../host/runTool.ts";
import type { ParameterPath, StageContext } from "../stage.ts";
import type { AccountParameters } from "../users.ts";
import { passwordProblem } from "./checkUsers.ts";

/** What no password gives. Two characters, as systemd writes it: BusyBox breaks off at a single one. */
export const noPassword = "!*";

/**
 * The password's field in /etc/shadow; undefined when the account says nothing about it. What is written in plain text is
 * hashed by openssl (SHA-512 crypt, 5000 rounds), which reads it from a pipe: it is part of no command line and no message.
 * The salt comes from the names of recipe and user, so that two builds are the same; from nothing secret, since a salt
 * is public.
 * @throws Failure `user-password`, `tool-missing`.
 */
export async function passwordField(
  name: string,
  account: AccountParameters,
  at: ParameterPath,
  context: StageContext,
): Promise<string | undefined> {
  const { password_file: file } = account;
  const password = file === undefined ? account.password : await firstLine(resolve(context.baseDir, file));
  if (password === undefined) return undefined;
  const problem = passwordProblem(password);
  if (problem) {
    throw context.fail("user-password", `The password of ${name} ${problem.what}.`, {
      at,
      advice: problem.advice,
    });
  }
  if (password === "locked") return noPassword;
  if (password.startsWith("hashed:")) return password.slice("hashed:".length);
  if (password === "") {
    context.warn(`${name} logs in without a password.`, at);
    return "";
  }
  const salt = createHash("sha256")
    .update(JSON.stringify([context.recipe.name, name]))
    .digest("base64");
  const { stdout } = await runTool(
    context.host,
    "openssl",
    ["passwd", "-6", "-salt", salt.replaceAll("+", ".").slice(0, 16), "-stdin"],
    { signal: context.signal, stdin: { text: `${password}\n` } },
  );
  return stdout.trim();
}

async function firstLine(path: string): Promise<string> {
  return (await readFile(path, "utf8")).split(/\r?\n/, 1)[0] ?? "";
}
