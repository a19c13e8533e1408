import { relative } from "node:path";
import { Failure, RecipeInvalid } from "../core/failure.ts";
import type { Diagnostic, SourceRange } from "../shared/diagnostic.ts";
import type { CommonOptions } from "./commonOptions.ts";
import { exitCodeOf } from "./exitCode.ts";
import { writeJson } from "./json.ts";
import { paint } from "./paint.ts";

/** `file:line:column`, the file relative to the current folder when it lies below. */
export function placeOf(range: SourceRange): string {
  const path = relative(process.cwd(), range.file);
  return `${path.startsWith("..") ? range.file : path}:${range.start.line}:${range.start.column}`;
}

export function printDiagnostic(each: Diagnostic): void {
  const colour = each.severity === "error" ? "red" : each.severity === "warning" ? "yellow" : "blue";
  const err = process.stderr;
  err.write(
    `${paint(err, "bold", placeOf(each.range))}: ${paint(err, colour, each.severity)}: ${each.message}\n`,
  );
  if (each.advice) err.write(`  ${each.advice}\n`);
}

/** Tells the person what happened; @returns the exit code. */
export function printError(error: unknown, options: CommonOptions): number {
  if (error instanceof Error && error.name === "AbortError") {
    if (options.json) writeJson({ result: "cancelled" });
    process.stderr.write("Cancelled.\n");
    return 130;
  }
  if (error instanceof RecipeInvalid) {
    for (const each of error.diagnostics) printDiagnostic(each);
    if (options.json)
      writeJson({
        result: "failed",
        code: error.code,
        message: error.message,
        diagnostics: error.diagnostics.map(flat),
      });
    return exitCodeOf(error);
  }
  if (error instanceof Failure) {
    printFailure(error);
    if (options.json) {
      const { code, message, advice, range } = error;
      const place = range ? { file: range.file, line: range.start.line, column: range.start.column } : {};
      writeJson({ result: "failed", code, message, advice, ...place });
    }
    return exitCodeOf(error);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`whittle: unexpected error: ${options.trace ? stack : message}\n`);
  if (!options.trace)
    process.stderr.write(
      "  This is a defect of Whittle. Run the command again with --trace and report what it shows.\n",
    );
  if (options.json) writeJson({ result: "failed", code: "unexpected", message });
  return 1;
}

function printFailure(failure: Failure): void {
  const err = process.stderr;
  const place = failure.range ? `${paint(err, "bold", placeOf(failure.range))}: ` : "";
  err.write(`${place}${paint(err, "red", "error")}: ${failure.message}\n`);
  if (failure.advice) err.write(`  ${failure.advice}\n`);
}

/** A diagnostic as `--json` shows it: one flat object. */
export function flat(each: Diagnostic): Record<string, unknown> {
  const { range, severity, code, message, advice } = each;
  return {
    file: range.file,
    line: range.start.line,
    column: range.start.column,
    endLine: range.end.line,
    endColumn: range.end.column,
    severity,
    code,
    message,
    ...(advice ? { advice } : {}),
  };
}
