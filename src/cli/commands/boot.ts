import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bootMediaOf } from "../../core/build/bootMedia.ts";
import { Failure } from "../../core/failure.ts";
import type { Host } from "../../core/host/host.ts";
import { openHost } from "../../core/host/openHost.ts";
import { type BootOverrides, machineSpecOf, machineSpecOfImage } from "../../core/machine/bootSpec.ts";
import type { Machine, MachineSpec } from "../../core/machine/machine.ts";
import { startMachine } from "../../core/machine/startMachine.ts";
import { parseSize } from "../../core/recipe/size.ts";
import type { BootReport } from "../../shared/report.ts";
import { writeJson } from "../json.ts";
import { openRecipe } from "../openRecipe.ts";
import { interruption } from "../runCommand.ts";
import { attachTerminal } from "../terminal/attach.ts";
import { type BuildOptions, buildOpened } from "./build.ts";

export interface BootOptions extends Omit<BuildOptions, "output"> {
  readonly output?: string;
  readonly memory?: string;
  readonly until?: string;
  readonly timeout: string;
  readonly accelerator: string;
  readonly firmware?: string;
  readonly as?: string;
  readonly initrd?: string;
  readonly cmdline?: string;
}

// The bundle of this file lies in dist/ or dist/chunks/; the guard's always in dist/.
const guard =
  [".", ".."].map(up => fileURLToPath(new URL(`${up}/guard.js`, import.meta.url))).find(existsSync) ?? "";

/** `whittle boot`: on a terminal the console is the person's; with --until it ends when the text was seen. */
export async function boot(what: string, options: BootOptions): Promise<number> {
  const timeout = seconds(options.timeout);
  const { spec, host } = await specOf(what, options);
  const machine = await startMachine(spec, { host, guard, signal: interruption.signal });
  try {
    if (options.until !== undefined) return await untilReady(machine, timeout, options);
    return await interact(machine);
  } finally {
    await machine.stop();
  }
}

async function specOf(what: string, options: BootOptions): Promise<{ spec: MachineSpec; host: Host }> {
  checkOverrides(options);
  const firmware = firmwareOf(options.firmware);
  const overrides: BootOverrides = {
    firmware,
    accelerator: acceleratorOf(options.accelerator),
    ...(options.memory === undefined ? {} : { memory: options.memory }),
    ...(options.until === undefined ? {} : { ready: options.until }),
  };
  if (isImage(what)) return imageSpec(what, overrides, options);
  checkNoImageOptions(options);
  const { output, ...rest } = options;
  const build: BuildOptions = { ...rest, ...(output === undefined ? {} : { output: [output] }) };
  const { recipe, host } = await openRecipe(what, options);
  const report = await buildOpened(recipe, host, build);
  const media = bootMediaOf(recipe, report, output, undefined, firmware);
  return { spec: machineSpecOf(recipe, media, overrides), host };
}

async function imageSpec(
  what: string,
  overrides: BootOverrides,
  { as, initrd, cmdline, json }: BootOptions,
): Promise<{ spec: MachineSpec; host: Host }> {
  const host = openHost();
  const wishes: BootOverrides = {
    ...overrides,
    as: mediumOf(as),
    cmdline,
    ...(initrd === undefined ? {} : { initrd: resolve(initrd) }),
  };
  const { spec, found } = await machineSpecOfImage(resolve(what), wishes, host, interruption.signal);
  if (!json) process.stderr.write(`${found}\n`);
  return { spec, host };
}

function checkNoImageOptions({ as, initrd, cmdline }: BootOptions): void {
  const given = Object.entries({ as, initrd, cmdline }).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  throw new Failure("usage", `--${given[0]} is for images; a recipe says by itself how it is booted.`, {
    advice: "Name an image in place of the recipe, or leave the option out.",
  });
}

function mediumOf(name: string | undefined): "disk" | "cdrom" | "usb" | undefined {
  if (name === undefined || name === "disk" || name === "cdrom" || name === "usb") return name;
  throw new Failure("usage", `--as takes disk, cdrom or usb, not ${name}.`);
}

/** A wrong call is known before anything is built. */
function checkOverrides({ memory, until, json }: BootOptions): void {
  if (json && until === undefined) {
    throw new Failure("usage", "With --json, boot needs --until: the console itself is no JSON.", {
      advice: "Say what the console shows when the boot is done, as in --until login:",
    });
  }
  if (memory !== undefined) parseSize(memory);
  if (until !== undefined) checkPattern(until);
}

function checkPattern(text: string): void {
  try {
    new RegExp(text);
  } catch (cause) {
    throw new Failure("usage", `--until takes a regular expression, which ${text} is not.`, {
      advice: "Special characters such as ( [ * + ? need a backslash before them.",
      cause,
    });
  }
}

function isImage(path: string): boolean {
  return !path.endsWith(".yaml") && !path.endsWith(".yml") && existsSync(path) && statSync(path).isFile();
}

function acceleratorOf(name: string): "auto" | "kvm" | "tcg" {
  if (name === "auto" || name === "kvm" || name === "tcg") return name;
  throw new Failure("usage", `--accelerator takes auto, kvm or tcg, not ${name}.`);
}

function firmwareOf(name: string | undefined): "bios" | "uefi" | undefined {
  if (name === undefined || name === "bios" || name === "uefi") return name;
  throw new Failure("usage", `--firmware takes bios or uefi, not ${name}.`);
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Failure("usage", `--timeout takes seconds above 0, not ${text}.`);
}

async function untilReady(machine: Machine, timeoutSeconds: number, options: BootOptions): Promise<number> {
  if (!options.json) machine.console.onData(bytes => void process.stderr.write(bytes));
  const took = await machine.untilReady({ timeoutSeconds, signal: interruption.signal });
  const report: BootReport = { result: "boot", ready: true, seconds: took, accelerator: machine.accelerator };
  if (options.json) writeJson(report);
  else
    process.stdout.write(
      `\nReady after ${took.toFixed(1)} s (${machine.accelerator}, ${machine.spec.memory} MiB)\n`,
    );
  return 0;
}

async function interact(machine: Machine): Promise<number> {
  if (process.stdin.isTTY)
    process.stderr.write("The console is yours; Ctrl-] leaves and stops the machine.\r\n");
  const how = await attachTerminal(machine, {
    stdin: process.stdin,
    stdout: process.stdout,
    signal: interruption.signal,
  });
  if (how === "left") return 0;
  const end = await machine.ended;
  if (end.kind !== "failed") return 0;
  throw new Failure("machine-failed", end.message, { advice: end.advice });
}
