import * as vscode from "vscode";
import { Failure } from "../../core/failure.ts";
import type { DoctorCheck, DoctorReport } from "../../core/host/doctor.ts";
import { commands } from "../ids.ts";
import { abortOn } from "./abortOn.ts";
import type { Parts } from "./registerCommands.ts";
import { requireTrust } from "./targets.ts";

const install = "Install Tools";
const details = "Show Details";

const icons: Readonly<Record<DoctorCheck["state"], string>> = {
  ok: "$(pass)",
  note: "$(info)",
  missing: "$(error)",
};

/** Checks the tools, says what is missing and what is good to know, and offers the cure. */
export async function checkTools({ engine, log }: Parts): Promise<void> {
  requireTrust();
  const { missingPackages } = await import("../../core/host/install.ts");
  const host = await engine.host();
  const { checks } = await lookAround(host);
  for (const { state, text, cure } of checks)
    log.info(`${state.padEnd(7)} ${text}${cure ? ` — ${cure}` : ""}`);
  const missing = checks.filter(check => check.state === "missing");
  const notes = checks.filter(check => check.state === "note");
  if (missing.length === 0) {
    const count = notes.length === 1 ? "a note" : `${notes.length} notes`;
    const more = notes.length === 0 ? "" : ` There is ${count} on what could be better.`;
    const text = `Everything that Whittle needs is here.${more}`;
    void vscode.window.showInformationMessage(text, details).then(chosen => chosen && show(checks));
    return;
  }
  const canInstall = missingPackages(host).length > 0;
  const text = missing.map(check => check.text).join(" ");
  const cure = missing.length === 1 && !canInstall ? ` ${missing[0]?.cure ?? ""}` : "";
  void vscode.window
    .showWarningMessage(`${text}${cure}`, ...(canInstall ? [install, details] : [details]))
    .then(chosen => {
      if (chosen === install) void vscode.commands.executeCommand(commands.installTools);
      else if (chosen === details) void show(checks);
    });
}

async function lookAround(host: Awaited<ReturnType<Parts["engine"]["host"]>>): Promise<DoctorReport> {
  const [{ doctor }, { probeAccelerator }] = await Promise.all([
    import("../../core/host/doctor.ts"),
    import("../../core/machine/accelerator.ts"),
  ]);
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: "Checking tools", cancellable: true },
    (_progress, token) => doctor(host, { signal: abortOn(token).signal, probe: probeAccelerator }),
  );
}

/** All checks as a list to look through, what is missing first. */
async function show(checks: readonly DoctorCheck[]): Promise<void> {
  const order: readonly DoctorCheck["state"][] = ["missing", "note", "ok"];
  const sorted = [...checks].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  await vscode.window.showQuickPick(
    sorted.map(({ state, text, cure }) => ({ label: `${icons[state]} ${text}`, detail: cure ?? "" })),
    { title: "Whittle: Tools", placeHolder: "What was found", matchOnDetail: true },
  );
}

/** Installs missing tools in a terminal, where the person sees the command and may type a password. */
export async function installTools({ engine }: Parts): Promise<void> {
  requireTrust();
  const { installCommand, missingPackages } = await import("../../core/host/install.ts");
  const host = await engine.host();
  const packages = missingPackages(host);
  if (packages.length === 0) {
    void vscode.window.showInformationMessage("Nothing is missing.");
    return;
  }
  if (host.tools.find("apt-get") === undefined) {
    throw new Failure(
      "install-impossible",
      `Missing: ${packages.join(", ")} (as Debian names the packages).`,
      {
        advice: "This is no Debian or Ubuntu: install them with this system's own package manager.",
      },
    );
  }
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  const terminal = vscode.window.createTerminal("Whittle: Install Tools");
  terminal.show();
  terminal.sendText(`${sudo}apt-get update && ${installCommand(packages)}`);
}
