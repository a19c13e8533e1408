interface Attributes {
  readonly class?: string;
  readonly id?: string;
  readonly title?: string;
  readonly role?: string;
  readonly tabIndex?: number;
  readonly hidden?: boolean;
  readonly [aria: `aria-${string}`]: string;
  readonly [data: `data-${string}`]: string;
}

/** Makes an HTML element. Texts among the children become text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/** The element that webviewPage() gives a page to fill. */
export function appRoot(): HTMLElement {
  const app = document.getElementById("app");
  if (!app) throw new Error("The page has no element #app.");
  return app;
}
