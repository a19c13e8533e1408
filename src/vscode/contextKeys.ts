import * as vscode from "vscode";
import type { contexts } from "./ids.ts";

const known = new Map<string, boolean>();

/** Sets a context key that `when` clauses of package.json read. */
export function setContext(key: (typeof contexts)[keyof typeof contexts], value: boolean): void {
  if (known.get(key) === value) return;
  known.set(key, value);
  void vscode.commands.executeCommand("setContext", key, value);
}
