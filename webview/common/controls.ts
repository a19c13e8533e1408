// The only file that knows the toolkit, which is archived upstream: a replacement rewrites this file and no other.
import {
  type Checkbox,
  type Dropdown,
  provideVSCodeDesignSystem,
  type TextField,
  vsCodeBadge,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import { type IconName, icon } from "./icons.ts";

provideVSCodeDesignSystem().register(
  vsCodeBadge(),
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeProgressRing(),
  vsCodeTextField(),
);

export interface Control {
  readonly element: HTMLElement;
}

export interface ButtonControl extends Control {
  setEnabled(enabled: boolean): void;
}

/** A button with a text. */
export function button(label: string, kind: "primary" | "secondary", onClick: () => void): ButtonControl {
  const element = make("vscode-button", { appearance: kind });
  element.textContent = label;
  return pressable(element, onClick);
}

export interface IconButtonControl extends ButtonControl {
  /** Its title and name for screen readers. */
  setLabel(label: string): void;
  setIcon(name: IconName): void;
  /** For buttons that switch something on and off. */
  setPressed(pressed: boolean): void;
}

/** A button that is only a picture (or a few letters); `label` is its title and its name for screen readers. */
export function iconButton(
  face: IconName | { readonly text: string },
  label: string,
  onClick: () => void,
): IconButtonControl {
  const element = make("vscode-button", { appearance: "icon" });
  element.append(typeof face === "string" ? icon(face) : face.text);
  const setLabel = (text: string) => {
    element.title = text;
    element.setAttribute("aria-label", text);
  };
  setLabel(label);
  return {
    ...pressable(element, onClick),
    setLabel,
    setIcon: name => element.replaceChildren(icon(name)),
    setPressed(pressed) {
      element.setAttribute("aria-pressed", String(pressed));
      element.classList.toggle("pressed", pressed);
    },
  };
}

export interface TextControl extends Control {
  readonly value: string;
  setValue(value: string): void;
  focus(): void;
}

/** A one-line field for a search; calls back on every change. */
export function searchField(label: string, onInput: (value: string) => void): TextControl {
  const element = make("vscode-text-field", { placeholder: label, "aria-label": label }) as TextField;
  const glass = icon("search");
  glass.setAttribute("slot", "start");
  element.append(glass);
  element.addEventListener("input", () => onInput(element.value));
  return {
    element,
    get value() {
      return element.value;
    },
    setValue(value) {
      element.value = value;
    },
    focus() {
      element.focus();
      element.control.select();
    },
  };
}

export interface CheckboxControl extends Control {
  setChecked(checked: boolean): void;
  setEnabled(enabled: boolean): void;
}

export function checkbox(label: string, onChange: (checked: boolean) => void): CheckboxControl {
  const element = make("vscode-checkbox", {}) as Checkbox;
  element.textContent = label;
  let isBeingSet = false;
  element.addEventListener("change", () => {
    if (!isBeingSet) onChange(element.checked);
  });
  return {
    element,
    setChecked(checked) {
      isBeingSet = true;
      element.checked = checked;
      isBeingSet = false;
    },
    setEnabled: enabled => element.toggleAttribute("disabled", !enabled),
  };
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface ChoiceControl extends Control {
  setChoices(choices: readonly Choice[], chosen: string | undefined): void;
}

/** A list that unfolds; calls back when the person picks another value. */
export function dropdown(label: string, onChoose: (value: string) => void): ChoiceControl {
  const element = make("vscode-dropdown", { "aria-label": label, title: label }) as Dropdown;
  let current: string | undefined;
  element.addEventListener("change", () => {
    if (element.value === current) return;
    current = element.value;
    onChoose(current);
  });
  return {
    element,
    setChoices(choices, chosen) {
      current = chosen;
      element.replaceChildren(...choices.map(choice => option(choice, choice.value === chosen)));
      if (chosen !== undefined) element.value = chosen;
    },
  };
}

function option({ value, label }: Choice, isChosen: boolean): HTMLElement {
  const element = make("vscode-option", { value });
  element.toggleAttribute("selected", isChosen);
  element.textContent = label;
  return element;
}

/** A short word or number on a coloured ground. */
export function badge(text: string): HTMLElement {
  const element = make("vscode-badge", {});
  element.textContent = text;
  return element;
}

/** Turns while something is under way. */
export function progressRing(label: string): HTMLElement {
  return make("vscode-progress-ring", { "aria-label": label, role: "progressbar" });
}

function pressable(element: HTMLElement, onClick: () => void): ButtonControl {
  element.addEventListener("click", onClick);
  return { element, setEnabled: enabled => element.toggleAttribute("disabled", !enabled) };
}

function make(tag: string, attributes: Readonly<Record<string, string>>): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
