import { basename } from "node:path";
import * as vscode from "vscode";
import { Failure } from "../../core/failure.ts";
import type { Host } from "../../core/host/host.ts";
import { Channel } from "../../shared/protocol/channel.ts";
import { type InspectorState, inspectorToHost, inspectorToWebview } from "../../shared/protocol/inspector.ts";
import { revealFile } from "../commands/revealFile.ts";
import { showProblem } from "../commands/showProblem.ts";
import type { Engine } from "../engine.ts";
import { commands } from "../ids.ts";
import { fillWebview, portOf } from "../webviewHtml.ts";
import { NewestRead } from "./newestRead.ts";

interface InspectorParts {
  readonly extension: vscode.Uri;
  readonly engine: Engine;
  readonly log: vscode.LogOutputChannel;
}

/** A build writes a file in one go, but others may take their time. */
const settleMs = 300;
/** The webview, which asks for the state, waits longer. */
const patienceMs = 100_000;

/** Keeps one inspector in step with its file. */
export class InspectorSession implements vscode.Disposable {
  readonly #file: vscode.Uri;
  readonly #parts: InspectorParts;
  readonly #channel: Channel<typeof inspectorToWebview, typeof inspectorToHost>;
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly #reads = new NewestRead(signal => this.#read(signal));
  #timer: NodeJS.Timeout | undefined;

  constructor(file: vscode.Uri, panel: vscode.WebviewPanel, parts: InspectorParts) {
    this.#file = file;
    this.#parts = parts;
    this.#channel = new Channel(portOf(panel.webview), inspectorToWebview, inspectorToHost, {
      report: problem => parts.log.warn(`Image inspector: ${problem}`),
      opensWith: "state",
    });
    this.#channel.handle("state", () => this.#reads.start().found);
    this.#channel.on("copy", ({ text }) => void vscode.env.clipboard.writeText(text));
    this.#channel.on(
      "boot",
      ({ firmware }) => void vscode.commands.executeCommand(commands.bootImage, file, firmware),
    );
    this.#channel.on("reveal", () => {
      revealFile(file.fsPath).catch((error: unknown) => showProblem(error, parts.log));
    });
    this.#channel.on("openWith", () => {
      void vscode.commands.executeCommand("workbench.action.reopenWithEditor");
    });
    const update = (): void => this.#updateSoon();
    this.#subscriptions = [watchFile(file, update), vscode.workspace.onDidGrantWorkspaceTrust(update)];
    fillWebview(panel.webview, parts.extension, "inspector", basename(file.fsPath));
  }

  #updateSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#update(), settleMs);
  }

  async #update(): Promise<void> {
    const { found, overtaken } = this.#reads.start();
    const state = await found;
    if (!overtaken()) this.#channel.send("state", state);
  }

  async #read(signal: AbortSignal): Promise<InspectorState> {
    const file = basename(this.#file.fsPath);
    const patience = AbortSignal.timeout(patienceMs);
    try {
      requireFile(this.#file);
      const [{ inspectImage }, { imagePage }] = await Promise.all([
        import("../../core/analysis/inspect/inspectImage.ts"),
        import("../../core/analysis/inspect/imagePage.ts"),
      ]);
      const host = withoutTools(await this.#parts.engine.host());
      const report = await inspectImage(this.#file.fsPath, host, AbortSignal.any([signal, patience]));
      void this.#tellSha256(signal);
      // A machine starts from a whole image, not from a boot loader.
      const canBoot = vscode.workspace.isTrusted && report.kind !== "efi";
      return { file, page: imagePage(report), firmware: canBoot ? report.firmware : [] };
    } catch (error) {
      if (!(error instanceof Failure) && !signal.aborted)
        this.#parts.log.error(error instanceof Error ? error : String(error));
      const reason = error instanceof Error ? error.message : String(error);
      const message = patience.aborted ? `It takes longer than ${patienceMs / 1000} seconds.` : reason;
      const advice = error instanceof Failure ? error.advice : undefined;
      return { file, problem: { message, advice }, firmware: [] };
    }
  }

  async #tellSha256(signal: AbortSignal): Promise<void> {
    try {
      const { digestOfFile } = await import("../../core/build/digest.ts");
      const { sha256 } = await digestOfFile(this.#file.fsPath, signal);
      if (!signal.aborted) this.#channel.send("sha256", sha256);
    } catch (error) {
      if (!signal.aborted) this.#parts.log.warn(`No sha256 of ${this.#file.fsPath}: ${String(error)}`);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#reads.stop();
    for (const each of this.#subscriptions) each.dispose();
    this.#channel.dispose();
  }
}

/** A name may hold what a pattern would not take as itself, so all of the folder is watched. */
function watchFile(file: vscode.Uri, update: () => void): vscode.Disposable {
  if (file.scheme !== "file") return new vscode.Disposable(() => undefined);
  const folder = vscode.Uri.joinPath(file, "..");
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, "*"));
  const changed = (uri: vscode.Uri): void => {
    if (uri.fsPath === file.fsPath) update();
  };
  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange(changed),
    watcher.onDidCreate(changed),
    watcher.onDidDelete(changed),
  );
}

/** An older version, as a comparison shows one, has the path of the file, which is another one now. */
function requireFile({ scheme }: vscode.Uri): void {
  if (scheme === "file") return;
  throw new Failure("not-an-image", `It is no file on this computer, but one of "${scheme}:".`, {
    advice: "Save it as a file first.",
  });
}

/** In a workspace that is not trusted nothing is run: what can be read without a tool is shown all the same. */
function withoutTools(host: Host): Host {
  if (vscode.workspace.isTrusted) return host;
  const require = (): never => {
    throw new Failure(
      "not-trusted",
      "This workspace is not trusted, so no tool is run on a disk image in it.",
      { advice: "Trust it with the command Workspaces: Manage Workspace Trust." },
    );
  };
  return { ...host, tools: { find: () => undefined, require } };
}
