import { button } from "./controls.ts";
import { element } from "./element.ts";

export interface Action {
  readonly label: string;
  readonly kind: "primary" | "secondary";
  run(): void;
}

/** Fills the place of a page that has nothing to show: what is (not) there, and what to do. */
export function emptyState(
  title: string,
  text: string,
  actions: readonly Action[],
  above?: Node,
): HTMLElement {
  return element(
    "div",
    { class: "empty-state" },
    ...(above ? [above] : []),
    element("h2", {}, title),
    ...(text === "" ? [] : [element("p", { class: "muted" }, text)]),
    actionRow(actions),
  );
}

export function actionRow(actions: readonly Action[]): HTMLElement {
  const buttons = actions.map(action => button(action.label, action.kind, () => action.run()).element);
  return element("div", { class: "actions", hidden: actions.length === 0 }, ...buttons);
}
