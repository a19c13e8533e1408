import { join } from "node:path";
import * as vscode from "vscode";
import type { Host } from "../core/host/host.ts";
import { settings } from "./ids.ts";

/** The engine as this window's settings configure it; made on first use and again when they change. */
export class Engine implements vscode.Disposable {
  /** The program that guards a machine; it runs outside this process. */
  readonly guard: string;
  #host: Promise<Host> | undefined;
  readonly #changes: vscode.Disposable;

  constructor(context: vscode.ExtensionContext) {
    this.guard = join(context.extensionPath, "dist", "guard.js");
    this.#changes = vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration(settings.section)) this.#host = undefined;
    });
    context.subscriptions.push(this);
  }

  host(): Promise<Host> {
    this.#host ??= openConfiguredHost();
    return this.#host;
  }

  /** How QEMU runs machines, by the user's setting. */
  accelerator(): "auto" | "kvm" | "tcg" {
    return vscode.workspace.getConfiguration(settings.section).get(settings.accelerator, "auto");
  }

  dispose(): void {
    this.#changes.dispose();
  }
}

async function openConfiguredHost(): Promise<Host> {
  const { openHost } = await import("../core/host/openHost.ts");
  const configuration = vscode.workspace.getConfiguration(settings.section);
  const cacheDir = configuration.get(settings.cacheDir, "");
  return openHost({
    ...(cacheDir === "" ? {} : { cacheDir }),
    toolOverrides: configuration.get<Record<string, string>>(settings.tools, {}),
  });
}
