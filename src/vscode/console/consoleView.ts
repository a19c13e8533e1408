import * as vscode from "vscode";
import type { Machine } from "../../core/machine/machine.ts";
import { Channel } from "../../shared/protocol/channel.ts";
import { type ConsoleState, consoleToHost, consoleToWebview } from "../../shared/protocol/console.ts";
import { commands, views } from "../ids.ts";
import type { Machines } from "../machines/machines.ts";
import { fillWebview, portOf } from "../webviewHtml.ts";
import { ConsoleSession } from "./consoleSession.ts";
import { actOn } from "./machineActions.ts";
import { summaryOf } from "./machineSummary.ts";

type ConsoleChannel = Channel<typeof consoleToWebview, typeof consoleToHost>;

/** The Console view in the panel: a terminal on the serial line of one machine at a time. */
export class ConsoleView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #machines: Machines;
  readonly #log: vscode.LogOutputChannel;
  readonly #subscription: vscode.Disposable;
  /** Bytes of each machine's output that the person cleared away. */
  readonly #cleared = new Map<string, number>();
  #view: vscode.WebviewView | undefined;
  #channel: ConsoleChannel | undefined;
  /** The page listens: it has asked for the state. */
  #hasAsked = false;
  #session: ConsoleSession | undefined;
  #shown: string | undefined;
  #sessions = 0;

  constructor(extension: vscode.Uri, machines: Machines, log: vscode.LogOutputChannel) {
    this.#extension = extension;
    this.#machines = machines;
    this.#log = log;
    this.#subscription = machines.onDidChange(() => this.#machinesChanged());
  }

  /** Puts the view in front, on `machine` when given. */
  async show(machine?: Machine): Promise<void> {
    if (machine) this.#shown = machine.id;
    await vscode.commands.executeCommand(`${views.console}.focus`);
    // What is on the screen already stays: showing it anew would lose the place and the selection.
    if (this.#session?.machine !== this.#machineToShow()) this.#showAnew();
    this.#channel?.send("focus", null);
  }

  /** Whether the person has this machine's console in sight. */
  isShowing(machine: Machine): boolean {
    return this.#view?.visible === true && this.#session?.machine === machine;
  }

  // Called when the view is first shown, and again after it was hidden or moved.
  resolveWebviewView(view: vscode.WebviewView): void {
    const channel: ConsoleChannel = new Channel(portOf(view.webview), consoleToWebview, consoleToHost, {
      report: problem => this.#log.warn(`Console view: ${problem}`),
      opensWith: "state",
    });
    this.#channel = channel;
    this.#view = view;
    this.#hasAsked = false;
    channel.handle("state", ({ machine }) => {
      this.#hasAsked = true;
      this.#shown ??= machine;
      return this.#open();
    });
    channel.handle("clipboard", async () => vscode.env.clipboard.readText());
    channel.on("choose", ({ machine }) => {
      this.#shown = machine;
      this.#showAnew();
    });
    channel.on("input", ({ session, bytes }) => this.#session?.input(session, bytes));
    channel.on("parsed", ({ session, count }) => this.#session?.parsed(session, count));
    channel.on("cleared", ({ session }) => {
      if (this.#session?.id === session) this.#cleared.set(this.#session.machine.id, this.#session.said);
    });
    channel.on("copy", ({ text }) => void vscode.env.clipboard.writeText(text));
    channel.on("boot", () => void vscode.commands.executeCommand(commands.boot));
    channel.on("act", ({ machine, action }) => {
      const target = this.#machines.get(machine);
      if (target) void actOn(target, action, this.#log);
    });
    fillWebview(view.webview, this.#extension, "console", "Whittle Console");
    view.onDidDispose(() => {
      channel.dispose();
      if (this.#channel !== channel) return;
      this.#channel = undefined;
      this.#view = undefined;
      this.#close();
    });
    view.onDidChangeVisibility(() => {
      // A hidden webview is gone; it asks for the state again when it comes back.
      if (view.visible) return;
      this.#hasAsked = false;
      this.#close();
    });
  }

  /** Begins a session on the machine to show, and says all that a fresh webview needs. */
  #open(): ConsoleState {
    this.#close();
    const machine = this.#machineToShow();
    const machines = this.#machines.all.map(summaryOf);
    const channel = this.#channel;
    if (!machine || !channel) return { machines };
    this.#shown = machine.id;
    this.#sessions += 1;
    this.#session = new ConsoleSession(this.#sessions, machine, channel, this.#cleared.get(machine.id) ?? 0);
    return { machines, shown: this.#session.shown };
  }

  #machineToShow(): Machine | undefined {
    const chosen = this.#shown === undefined ? undefined : this.#machines.get(this.#shown);
    return chosen ?? this.#machines.all.at(-1);
  }

  #machinesChanged(): void {
    const machines = this.#machines.all;
    for (const id of this.#cleared.keys()) if (!this.#machines.get(id)) this.#cleared.delete(id);
    const shown = this.#session && this.#machines.get(this.#session.machine.id);
    // Hidden, there is no session, and nobody who could be shown one.
    const isOver = this.#session !== undefined && !shown;
    const isNew = this.#view?.visible === true && !this.#session && machines.length > 0;
    if (isOver || isNew) this.#showAnew();
    else if (this.#hasAsked) this.#channel?.send("machines", machines.map(summaryOf));
  }

  /**
   * Shows the machine to show in a session of its own. A page that has not asked for the state yet is left alone: what
   * it will be told is all of it, and a session begun for it now would come after that one and take its place.
   */
  #showAnew(): void {
    if (this.#hasAsked) this.#channel?.send("show", this.#open());
  }

  #close(): void {
    this.#session?.dispose();
    this.#session = undefined;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#close();
    this.#channel?.dispose();
  }
}

export function registerConsoleView(
  context: vscode.ExtensionContext,
  machines: Machines,
  log: vscode.LogOutputChannel,
): ConsoleView {
  const view = new ConsoleView(context.extensionUri, machines, log);
  context.subscriptions.push(view, vscode.window.registerWebviewViewProvider(views.console, view));
  return view;
}
