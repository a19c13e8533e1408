import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { root } from "../../../scripts/setup/steps.mjs";
import { launchBrowser } from "../../integration/webview/browser.ts";
import type { Server } from "./server.ts";

/** Where screenshots for a person's eyes go; not part of the repository. */
export const screenshotFolder = join(root, "test-results");

/** The VS Code window, driven as a person would: keyboard, palette, trees, editors, webviews. */
export class Workbench {
  readonly page: Page;
  readonly #browser: Browser;
  /** What the extension host and the page wrote to their consoles. */
  readonly log: string[] = [];

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.page = page;
    page.on("console", message => this.log.push(message.text()));
  }

  static async open(server: Server, size = { width: 1400, height: 900 }): Promise<Workbench> {
    const browser = await launchBrowser();
    const page = await browser.newPage({ viewport: size });
    page.setDefaultTimeout(60_000);
    const workbench = new Workbench(browser, page);
    await page.goto(server.url);
    await workbench.untilReady();
    return workbench;
  }

  async untilReady(): Promise<void> {
    await this.page.locator(".monaco-workbench .activitybar").waitFor();
    await this.page.locator(".statusbar").waitFor();
  }

  /** Runs a command by its title in the palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press("Control+Shift+P");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().click();
  }

  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press("Control+P");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(name);
    await this.page
      .locator(".quick-input-list .monaco-list-row", { hasText: name.split("/").at(-1) ?? name })
      .first()
      .click();
    await this.editor().waitFor();
  }

  editor(): Locator {
    return this.page.locator(".editor-group-container.active .monaco-editor[data-uri]").first();
  }

  /** The rows of a tree view, by the view's title. */
  tree(title: string): Locator {
    return this.page
      .locator(".pane", { has: this.page.locator(".pane-header", { hasText: title }) })
      .locator(".monaco-list-row");
  }

  /** Opens a container of the activity bar by its title, unless it is open. */
  async openContainer(title: string): Promise<void> {
    const shown = this.page.locator(".sidebar .composite.title", { hasText: title });
    if (await shown.isVisible()) return;
    // The whole item: a badge may lie on its picture.
    const label = this.page.locator(`a[aria-label^="${title}"]`);
    await this.page.locator(".activitybar .action-item", { has: label }).first().click();
    await shown.waitFor();
  }

  /** Clicks an inline action of the first row in a tree that shows `label`. */
  async itemAction(view: string, label: string, action: string): Promise<void> {
    const row = this.tree(view).filter({ hasText: label }).first();
    await row.hover();
    await row.locator(`.actions a[aria-label="${action}"]`).click();
  }

  /**
   * Waits until no row says that it works, and the tree has been read anew: in the moment in between VS Code calls a
   * row's command without its row.
   */
  async settled(view: string): Promise<void> {
    await this.tree(view).locator(".codicon-loading").first().waitFor({ state: "detached" });
    await this.page.waitForTimeout(500);
  }

  /** Right-clicks a row and takes an entry of its menu. */
  async chooseInMenu(row: Locator, label: string): Promise<void> {
    await row.click({ button: "right" });
    const entry = this.page.locator(".monaco-menu .action-label", { hasText: label }).first();
    await entry.waitFor();
    // A menu that has just opened takes no click.
    for (let tries = 0; tries < 10 && (await entry.isVisible()); tries++) {
      await this.page.waitForTimeout(300);
      await entry.click({ timeout: 2000 }).catch(() => undefined);
      await entry.waitFor({ state: "detached", timeout: 1000 }).catch(() => undefined);
    }
  }

  /** The document inside the first visible webview that holds `selector`. */
  async webview(selector: string, timeout = 60_000): Promise<FrameLocator> {
    const end = Date.now() + timeout;
    while (Date.now() < end) {
      const frames = this.page.locator("iframe.webview.ready");
      for (let index = 0; index < (await frames.count()); index++) {
        const inner = frames.nth(index).contentFrame().frameLocator("#active-frame");
        if (
          (await inner
            .locator(selector)
            .count()
            .catch(() => 0)) > 0
        )
          return inner;
      }
      await this.page.waitForTimeout(250);
    }
    throw new Error(`no webview shows ${selector}`);
  }

  /** Clicks into the console and types, as a person does. */
  async typeInConsole(terminal: FrameLocator, text: string): Promise<void> {
    await terminal.locator(".xterm-screen").click();
    await terminal.locator(".xterm-helper-textarea:focus").waitFor({ state: "attached" });
    await this.page.keyboard.type(text);
  }

  /** Searches the console; fails when it does not show `text`. */
  async findInConsole(terminal: FrameLocator, text: string): Promise<void> {
    await terminal.locator(".xterm-helper-textarea").focus();
    await this.page.keyboard.press("Control+f");
    await terminal.locator(".find input").first().fill(text);
    await terminal.locator(".find .count", { hasText: /of [1-9]/ }).waitFor();
    await this.page.keyboard.press("Escape");
    await terminal.locator(".find").waitFor({ state: "hidden" });
  }

  /** Exact sums that the Sizes panel shows: of what lies at the root, and of each stage. */
  async sizesSums(sizes: FrameLocator): Promise<{ entries: number; stages: Record<string, number> }> {
    await sizes.getByRole("button", { name: "Show as table" }).click();
    const rows = sizes.locator(".row .cell.bytes[title]");
    await rows.first().waitFor();
    const entries = (await titles(rows)).reduce((sum, each) => sum + bytesOf(each), 0);
    const stages: Record<string, number> = {};
    for (const row of await sizes.locator("tbody tr").all()) {
      const name = await row.locator("th .text").textContent();
      stages[name ?? ""] = bytesOf((await titles(row.locator("td"))).at(-1) ?? "");
    }
    return { entries, stages };
  }

  async screenshot(name: string): Promise<string> {
    mkdirSync(screenshotFolder, { recursive: true });
    const path = join(screenshotFolder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

function titles(cells: Locator): Promise<string[]> {
  return cells.evaluateAll(all => all.map(each => each.getAttribute("title") ?? ""));
}

/** The number in a title such as "12,345 bytes". */
function bytesOf(title: string): number {
  const digits = /^([\d,]+) bytes/.exec(title)?.[1];
  if (digits === undefined) throw new Error(`no byte count in "${title}"`);
  return Number(digits.replaceAll(",", ""));
}
