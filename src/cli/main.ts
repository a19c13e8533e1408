#!/usr/bin/env node
import { writeJson } from "./json.ts";
import { makeProgram } from "./program.ts";

declare const WHITTLE_VERSION: string;

try {
  await makeProgram(WHITTLE_VERSION).parseAsync();
} catch (error) {
  // Commander has printed its message; --help and --version end with 0, every wrong call with 2.
  const wrongCall = error instanceof Error && "exitCode" in error && error.exitCode !== 0;
  if (!(error instanceof Error && "exitCode" in error)) throw error;
  if (!wrongCall) process.exitCode = 0;
  else {
    process.exitCode = 2;
    const message = error.message.replace(/^error: /, "").split("\n", 1)[0];
    if (process.argv.includes("--json")) writeJson({ result: "failed", code: "usage", message });
  }
}
