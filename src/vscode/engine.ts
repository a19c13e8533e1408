import { homedir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { Host } from "../core/host/host.ts";
import { settings } from "./ids.ts";
import { settingPath } from "./settingPath.ts";

/** The engine as this window's settings configure it. */
export class Engine {
  /** The program that guards a machine; it runs outside this process. */
  readonly guard: string;

  constructor(context: vscode.ExtensionContext) {
    this.guard = join(context.extensionPath, "dist", "guard.js");
  }

  /** Looked at anew each time, which costs next to nothing: settings change, and tools get installed. */
  async host(): Promise<Host> {
    const { openHost } = await import("../core/host/openHost.ts");
    const configuration = vscode.workspace.getConfiguration(settings.section);
    const base = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
    const pathOf = (text: unknown): string | undefined =>
      typeof text === "string" ? settingPath(text, homedir(), base) : undefined;
    const tools = Object.entries(configuration.get<Record<string, unknown>>(settings.tools, {}));
    return openHost({
      sandbox: configuration.get<Host["sandbox"]>(settings.sandbox, "auto"),
      cacheDir: pathOf(configuration.get(settings.cacheDir)),
      toolOverrides: Object.fromEntries(
        tools.flatMap(([tool, text]) => {
          const path = pathOf(text);
          return path === undefined ? [] : [[tool, path]];
        }),
      ),
    });
  }

  /** How QEMU runs machines, by the user's setting. */
  accelerator(): "auto" | "kvm" | "tcg" {
    return vscode.workspace.getConfiguration(settings.section).get(settings.accelerator, "auto");
  }
}
