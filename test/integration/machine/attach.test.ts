import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { eventually, guard, place, processesNaming } from "./runtime.ts";
import { floodText, testSpec } from "./testGuest.ts";

const program = new URL("attachProcess.ts", import.meta.url).pathname;
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const children: ChildProcess[] = [];

// When `script` ends, its terminal goes, and what runs on it gets SIGHUP.
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

interface Session {
  readonly process: ChildProcess;
  readonly runtime: string;
  said(): string;
  type(keys: string): void;
  /** Waits for what the terminal shows. */
  until(text: string | RegExp): Promise<void>;
}

/** Boots the test guest with its console on a terminal (of `script`), or on plain pipes. */
function session(on: "terminal" | "pipes"): Session {
  const { folder, runtime, host } = place();
  const command = [process.execPath, program, JSON.stringify({ guard, spec: testSpec(folder) })];
  const shell = `${command.map(quoted).join(" ")}; stty -a`;
  const [file = "", ...args] = on === "terminal" ? ["script", "-qec", shell, "/dev/null"] : command;
  const child = spawn(file, args, { env: host.env, stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  let said = "";
  child.stdout.setEncoding("latin1").on("data", (text: string) => {
    said += text;
  });
  return {
    process: child,
    runtime,
    said: () => said,
    type: keys => void child.stdin.write(keys),
    until: text => eventually(() => expect(said).toMatch(text), 20_000),
  };
}

test("every key reaches the guest, Ctrl-C too; Ctrl-] leaves and the terminal is as before", async () => {
  const { type, until, said, runtime } = session("terminal");
  await until("login: ");
  type("hello\x03\x1a!");
  await until("login: hello\x03\x1aHello\r\nlogin: ");
  type("\x1d");
  await until("result: left");
  await until(/[^-]\bicanon /);
  for (const mode of [/\bisig /, / echo /, /\bopost /]) expect(said()).toMatch(mode);
  expect(readdirSync(runtime)).toEqual([]);
});

test("a guest that powers off ends the session", async () => {
  const { type, until } = session("terminal");
  await until("login: ");
  type("Q");
  await until("result: ended");
  await until(/[^-]\bicanon /);
});

test("SIGTERM restores the terminal and stops the machine", async () => {
  const { until, said, runtime } = session("terminal");
  await until("login: ");
  // `script` and the shell have the program's path in their command line as well.
  const [pid] = processesNaming(program).sort((a, b) => b - a);
  process.kill(pid ?? 0, "SIGTERM");
  await until("error: AbortError");
  await until(/[^-]\bicanon /);
  expect(said()).toMatch(/[^-]echo /);
  expect(readdirSync(runtime)).toEqual([]);
});

test("the terminal answers the guest, Whittle does not", async () => {
  const { type, until, said } = session("terminal");
  await until("login: ");
  type("C");
  await until("\x1b[6n");
  type("[answer]");
  await until("[answer]");
  expect(said()).not.toContain("\x1b[1;1R");
  type("\x1d");
  await until("result: left");
});

test("on pipes, what comes in is typed and a flood goes out whole, however slowly it is read", async () => {
  const { process: child, type, until, said } = session("pipes");
  await until("login: ");
  child.stdout?.pause();
  type("F");
  await new Promise(resolve => setTimeout(resolve, 1500));
  child.stdout?.resume();
  await until("PPPP\n");
  type("Q");
  await until("result: ended");
  expect(said()).toContain(`login: ${floodText()}`);
});
