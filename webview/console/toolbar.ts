import { formatBytes, MiB } from "../../src/shared/bytes.ts";
import type { MachineAction } from "../../src/shared/protocol/console.ts";
import { dropdown, type IconButtonControl, iconButton } from "../common/controls.ts";
import { element } from "../common/element.ts";
import type { IconName } from "../common/icons.ts";
import type { ConsoleHost } from "./consoleHost.ts";
import { isEnded, stateText } from "./model/machineText.ts";
import type { Store } from "./store.ts";

/** What the buttons do inside this page; all else goes to the host. */
export interface PageActions {
  find(): void;
  copy(): void;
  paste(): void;
  clear(): void;
  interrupt(): void;
  toggleLock(): void;
}

/** Which machine is shown, how it is, and what can be done to it. */
export function toolbar(store: Store, host: ConsoleHost, actions: PageActions): HTMLElement {
  const act = (action: MachineAction) => {
    const machine = store.shown?.id;
    if (machine !== undefined) host.send("act", { machine, action });
  };
  const lock = iconButton("lock", "", () => actions.toggleLock());
  const pause = iconButton("pause", "", () => act(store.shown?.state === "paused" ? "resume" : "pause"));
  const interrupt = iconButton({ text: "^C" }, "Send Ctrl+C", () => actions.interrupt());
  interrupt.element.classList.add("lettered");
  const ofMachine = [
    interrupt,
    pause,
    iconButton("reset", "Reset the machine", () => act("reset")),
    iconButton("power", "Press the power button", () => act("powerButton")),
    iconButton("stop", "Stop the machine at once", () => act("stop")),
    iconButton("camera", "Screenshot", () => act("screenshot")),
  ];
  const paste = iconButton("paste", "Paste (Ctrl+Shift+V)", () => actions.paste());
  const ofText = [
    iconButton("search", "Find (Ctrl+F)", () => actions.find()),
    iconButton("copy", "Copy the selection, or all (Ctrl+Shift+C)", () => actions.copy()),
    paste,
    iconButton("clear", "Clear", () => actions.clear()),
    lock,
    iconButton("save", "Save Log", () => act("saveLog")),
  ];
  const update = () => {
    const machine = store.shown;
    const isRunning = machine !== undefined && !isEnded(machine);
    for (const button of [...ofMachine, paste]) button.setEnabled(isRunning);
    showToggle(lock, "lock", store.kept.isLocked ? "Follow the output" : "Hold the place while output flows");
    lock.setPressed(store.kept.isLocked);
    const isPaused = machine?.state === "paused";
    showToggle(pause, isPaused ? "play" : "pause", isPaused ? "Resume the machine" : "Pause the machine");
  };
  store.onChange(update);
  update();
  return element(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": "Console" },
    machinePart(store, host),
    element(
      "div",
      { class: "buttons", role: "group", "aria-label": "Text" },
      ...ofText.map(each => each.element),
    ),
    element(
      "div",
      { class: "buttons", role: "group", "aria-label": "Machine" },
      ...ofMachine.map(each => each.element),
    ),
  );
}

function showToggle(button: IconButtonControl, icon: IconName, label: string): void {
  button.setIcon(icon);
  button.setLabel(label);
}

function machinePart(store: Store, host: ConsoleHost): HTMLElement {
  const chooser = dropdown("Machine", machine => host.send("choose", { machine }));
  const name = element("span", { class: "name" });
  const state = element("span", { class: "state", role: "status" });
  const facts = element("span", { class: "facts muted" });
  let listed = "";
  const update = () => {
    const machine = store.shown;
    const hasChoice = store.machines.length > 1;
    chooser.element.hidden = !hasChoice;
    name.hidden = hasChoice;
    name.textContent = machine?.name ?? "";
    state.textContent = machine ? stateText(machine) : "";
    state.className = `state ${machine?.state ?? ""}`;
    facts.textContent = machine
      ? `${machine.accelerator} · ${formatBytes(machine.memory * MiB).replace(".0 ", " ")}`
      : "";
    if (store.waitingInput > 0) facts.textContent += ` · sending, ${formatBytes(store.waitingInput)} left`;
    const choices = machineChoices(store);
    // A list that is made anew while it is open would close.
    if (JSON.stringify([choices, machine?.id]) === listed) return;
    listed = JSON.stringify([choices, machine?.id]);
    chooser.setChoices(choices, machine?.id);
  };
  store.onChange(update);
  update();
  return element("div", { class: "machine" }, chooser.element, name, state, facts);
}

/** Machines of one name are told apart by a number. */
function machineChoices({ machines }: Store): { value: string; label: string }[] {
  const seen = new Map<string, number>();
  return machines.map(({ id, name }) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { value: id, label: count === 1 ? name : `${name} (${count})` };
  });
}
