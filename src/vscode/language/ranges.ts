import * as vscode from "vscode";
import type { Diagnostic, SourceRange } from "../../shared/diagnostic.ts";

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
} as const;

/** The core counts lines and columns from 1, VS Code from 0. */
export function toRange({ start, end }: SourceRange): vscode.Range {
  return new vscode.Range(start.line - 1, start.column - 1, end.line - 1, end.column - 1);
}

export function toDiagnostic(each: Diagnostic): vscode.Diagnostic {
  const message = each.advice ? `${each.message}\n${each.advice}` : each.message;
  const diagnostic = new vscode.Diagnostic(toRange(each.range), message, severities[each.severity]);
  diagnostic.code = each.code;
  diagnostic.source = "whittle";
  return diagnostic;
}
