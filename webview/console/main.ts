import "@xterm/xterm/css/xterm.css";
import "../common/common.css";
import "./console.css";
import type { ConsoleState } from "../../src/shared/protocol/console.ts";
import { appRoot, element } from "../common/element.ts";
import { emptyState } from "../common/emptyState.ts";
import { reportProblem } from "../common/host.ts";
import { icon } from "../common/icons.ts";
import { Clipboard } from "./clipboard.ts";
import { connectConsoleHost } from "./consoleHost.ts";
import { FindBar } from "./findBar.ts";
import { PasteQuestion } from "./pasteQuestion.ts";
import { ScrollLock } from "./scrollLock.ts";
import { Session } from "./session.ts";
import { Store } from "./store.ts";
import { openTerminal } from "./terminal.ts";
import { toolbar } from "./toolbar.ts";

const host = connectConsoleHost();
const store = new Store();
const holder = element("div", { class: "terminal-holder" });
const screen = element("div", { class: "screen" }, holder);
const app = appRoot();
app.append(screen);

const opened = openTerminal(holder);
const { terminal } = opened;
const lock = new ScrollLock(terminal, store);
const session = new Session(terminal, lock, host, store);
const find = new FindBar(opened, store);
const question = new PasteQuestion(terminal);
const clipboard = new Clipboard(terminal, host, question);
screen.append(find.element);

const bar = toolbar(store, host, {
  find: () => find.open(),
  copy: () => clipboard.copy(),
  paste: () => clipboard.paste(),
  clear: () => session.clear(),
  interrupt: () => session.interrupt(),
  toggleLock: () => lock.toggle(),
});
const nothing = emptyState(
  "No machine is running",
  "Boot a recipe: its serial console appears here, and what you type goes to it.",
  [{ label: "Boot a Recipe", kind: "primary", run: () => host.send("boot", null) }],
  icon("terminal"),
);
app.prepend(bar, nothing);
app.append(question.element);

function showPart(): void {
  const hasMachine = store.shown !== undefined;
  bar.hidden = !hasMachine;
  screen.hidden = !hasMachine;
  nothing.hidden = hasMachine;
}
store.onChange(showPart);
showPart();

terminal.attachCustomKeyEventHandler(event => {
  if (event.type !== "keydown") return true;
  const isFind =
    (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.code === "KeyF";
  if (isFind) {
    event.preventDefault();
    find.open();
  }
  if (isFind || clipboard.onKey(event)) return false;
  // Keys with Ctrl+Shift are the editor's (the palette above all); a serial line cannot tell them apart anyway.
  return !((event.ctrlKey || event.metaKey) && event.shiftKey);
});

/** Shows a console; what was in sight before a reload comes back into sight. */
function show(state: ConsoleState): void {
  const { machine, fromEnd } = store.kept;
  const shown = state.shown?.machine ?? "";
  const isSame = machine === shown;
  store.keep({ machine: shown, fromEnd: isSame ? fromEnd : 0 });
  store.setMachines(state.machines);
  // The terminal is in sight now; it must have its size before anything is written, or it loses its place.
  opened.takeSize();
  session.show(state.shown, () => {
    terminal.scrollToBottom();
    if (isSame && fromEnd > 0) terminal.scrollLines(-fromEnd);
    isSettled = true;
  });
}

// Replaying scrolls as well; only what happens afterwards is the person's doing.
let isSettled = false;
let isDue = 0;
const keepPlace = () => {
  window.clearTimeout(isDue);
  isDue = window.setTimeout(() => {
    const { baseY, viewportY } = terminal.buffer.active;
    if (isSettled && baseY - viewportY !== store.kept.fromEnd) store.keep({ fromEnd: baseY - viewportY });
  }, 200);
};
terminal.onScroll(keepPlace);
terminal.onRender(keepPlace);

host.on("machines", machines => store.setMachines(machines));
host.on("show", state => {
  isSettled = false;
  show(state);
});
host.on("find", () => find.open());
host.on("clear", () => session.clear());
host.on("focus", () => terminal.focus());

host
  .request("state", store.kept.machine === "" ? {} : { machine: store.kept.machine }, { timeout: 60_000 })
  .then(show, (error: unknown) => reportProblem(String(error)));
