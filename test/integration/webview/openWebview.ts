import type { Browser, Page } from "playwright-core";
import { webviewPage } from "../../../src/shared/webviewPage.ts";
import { type HostInPage, hostInPage } from "./hostInPage.ts";
import { type Theme, themeStyle } from "./themes.ts";

const origin = "https://webview.test";

export interface WebviewOptions {
  readonly webview: "sizes" | "console" | "inspector";
  readonly bundles: ReadonlyMap<string, string>;
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
  /** Answers to the webview's requests, by name; typed arrays are passed as they are. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** What setState() kept from an earlier life of the page. */
  readonly stored?: unknown;
  readonly reducedMotion?: boolean;
  readonly scale?: number;
}

export interface Webview {
  readonly page: Page;
  /** Everything that should not happen: page errors, console errors, breaches of the content security policy. */
  readonly problems: readonly string[];
  /** Sends an event as the host would. */
  tell(name: string, body: unknown): Promise<void>;
  /** The bodies of the events that the webview sent under this name, oldest first; bytes as lists of numbers. */
  told(name: string): Promise<unknown[]>;
  setTheme(theme: Theme): Promise<void>;
  stored(): Promise<unknown>;
  close(): Promise<void>;
}

/** Loads a bundle as VS Code does: same skeleton, same policy, same variables and classes, a host that answers. */
export async function openWebview(browser: Browser, options: WebviewOptions): Promise<Webview> {
  const context = await browser.newContext({
    viewport: { width: options.width, height: options.height },
    reducedMotion: options.reducedMotion === false ? "no-preference" : "reduce",
    deviceScaleFactor: options.scale ?? 1,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", error => problems.push(String(error)));
  page.on("console", message => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  await page.addInitScript(hostInPage, { answers: packed(options.answers), stored: options.stored });
  await page.route(`${origin}/**`, route => {
    const file = new URL(route.request().url()).pathname.slice(1);
    if (file === "") return route.fulfill({ contentType: "text/html", body: documentOf(options) });
    const contentType = file.endsWith(".css") ? "text/css" : "text/javascript";
    return route.fulfill({ contentType, body: options.bundles.get(file) ?? "" });
  });
  await page.goto(`${origin}/`);
  return {
    page,
    problems,
    tell: (name, body) =>
      page.evaluate(([name, body]) => (globalThis as unknown as { host: HostInPage }).host.tell(name, body), [
        name,
        packed(body),
      ] as const),
    told: name =>
      page.evaluate(name => (globalThis as unknown as { host: HostInPage }).host.told(name), name),
    stored: () => page.evaluate(() => (globalThis as unknown as { host: HostInPage }).host.stored),
    close: () => context.close(),
    async setTheme(theme) {
      await page.locator("html").evaluate(setStyle, themeStyle(theme));
      await page.locator("body").evaluate(setAttributes, {
        class: theme.classes,
        "data-vscode-theme-kind": theme.kind,
      });
    },
  };
}

// As VS Code does it: from script, which the policy allows where it forbids the attribute.
function setStyle(element: unknown, style: string): void {
  (element as { style: { cssText: string } }).style.cssText = style;
}

function setAttributes(element: unknown, attributes: Readonly<Record<string, string>>): void {
  const target = element as { setAttribute(name: string, value: string): void };
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, value);
}

function documentOf({ webview, theme }: WebviewOptions): string {
  return webviewPage({
    title: `Whittle ${webview}`,
    script: `${origin}/${webview}.js`,
    style: `${origin}/${webview}.css`,
    nonce: "n0nce",
    cspSource: origin,
    allowInlineStyle: webview === "console",
  })
    .replace('<html lang="en">', `<html lang="en" style="${themeStyle(theme).replaceAll('"', "'")}">`)
    .replace("<head>", `<head><style>${defaultStyle}</style>`)
    .replace("<body>", `<body class="${theme.classes}" data-vscode-theme-kind="${theme.kind}">`);
}

// VS Code puts a style of its own before everything else in a webview's head.
const defaultStyle = `
html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
body { overscroll-behavior-x: none; background-color: var(--vscode-editor-background);
  color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family);
  font-weight: var(--vscode-font-weight); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
code { font-family: var(--monaco-monospace-font); color: var(--vscode-textPreformat-foreground);
  background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
`;

/** Playwright's arguments are JSON; typed arrays travel as an object that names their class. */
function packed(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    return { class: value.constructor.name, values: Array.from(value as unknown as ArrayLike<number>) };
  }
  if (Array.isArray(value)) return value.map(packed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, packed(each)]));
}
