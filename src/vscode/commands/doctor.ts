import * as vscode from "vscode";
import { commands } from "../ids.ts";
import type { Parts } from "./registerCommands.ts";
import { requireTrust } from "./targets.ts";

/** Checks the tools and says in the log what was found; offers the cure for what is missing. */
export async function checkTools({ engine, log }: Parts): Promise<void> {
  requireTrust();
  const [core, { probeAccelerator }] = await Promise.all([
    import("../../core/host/doctor.ts"),
    import("../../core/machine/accelerator.ts"),
  ]);
  const host = await engine.host();
  const report = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: "Checking tools" },
    () => core.doctor(host, { signal: new AbortController().signal, probe: probeAccelerator }),
  );
  for (const check of report.checks)
    log.info(`${check.ok ? "ok     " : "missing"} ${check.text}${check.cure ? ` — ${check.cure}` : ""}`);
  const missing = report.checks.filter(check => !check.ok);
  if (missing.length === 0) {
    const chosen = await vscode.window.showInformationMessage(
      "Everything that Whittle needs is here.",
      "Show Log",
    );
    if (chosen) log.show();
    return;
  }
  const chosen = await vscode.window.showWarningMessage(
    `${missing.length} of ${report.checks.length} checks found something missing.`,
    "Install Tools",
    "Show Log",
  );
  if (chosen === "Install Tools") await vscode.commands.executeCommand(commands.installTools);
  else if (chosen) log.show();
}

/** Installs missing tools in a terminal, where the person sees the command and may type a password. */
export async function installTools({ engine }: Parts): Promise<void> {
  requireTrust();
  const { missingPackages } = await import("../../core/host/install.ts");
  const packages = missingPackages(await engine.host());
  if (packages.length === 0) {
    await vscode.window.showInformationMessage("Nothing is missing.");
    return;
  }
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  const terminal = vscode.window.createTerminal("Whittle: Install Tools");
  terminal.show();
  terminal.sendText(
    `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${packages.join(" ")}`,
  );
}
