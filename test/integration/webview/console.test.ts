import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ConsoleState } from "../../../src/shared/protocol/console.ts";
import { launchBrowser } from "./browser.ts";
import { buildBundles } from "./bundles.ts";
import { openWebview, type Webview, type WebviewOptions } from "./openWebview.ts";
import { bootText, bytesOf, consoleState, ready } from "./sampleConsole.ts";
import { themes } from "./themes.ts";

let browser: Browser;
let bundles: Map<string, string>;
let view: Webview;

beforeAll(async () => {
  [browser, bundles] = await Promise.all([launchBrowser(), buildBundles(["console"])]);
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(view.problems).toEqual([]);
  await view.close();
});

async function open(
  state: ConsoleState = consoleState(),
  more: Partial<WebviewOptions> = {},
  clipboard = "",
): Promise<void> {
  const answers = { state, clipboard };
  const page = { webview: "console", theme: themes.dark, width: 1000, height: 420 } as const;
  view = await openWebview(browser, { ...page, bundles, answers, ...more });
}

/** The lines in sight. */
const text = async () =>
  (await view.page.locator(".xterm-rows > div").allTextContents()).map(line => line.trimEnd()).join("\n");
const input = async () =>
  Buffer.concat(((await view.told("input")) as { bytes: number[] }[]).map(({ bytes }) => Buffer.from(bytes)));
const parsed = async () =>
  ((await view.told("parsed")) as { count: number }[]).reduce((sum, { count }) => sum + count, 0);
const say = (words: string, session = 1) => view.tell("output", { session, bytes: bytesOf(words) });
const focus = () => view.page.locator(".xterm-helper-textarea").focus();

describe("the console page", () => {
  it.each(Object.entries(themes))(
    "shows what was said so far in the theme %s, narrow and wide",
    async (_, theme) => {
      for (const width of [400, 1600]) {
        await open(consoleState(), { theme, width });
        await expect.poll(text).toContain("Welcome to boots");
        expect(await view.page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        expect(view.problems).toEqual([]);
        if (width === 400) await view.close();
      }
    },
  );

  it("says that no machine is running, and offers to boot one", async () => {
    await open({ machines: [] });
    await view.page.getByText("No machine is running").waitFor();
    await view.page.getByRole("button", { name: "Boot a Recipe" }).click();
    expect(await view.told("boot")).toEqual([null]);
  });

  it("sends what is typed, and shows the answer", async () => {
    await open();
    await focus();
    await view.page.keyboard.type("ls é");
    await view.page.keyboard.press("Enter");
    await view.page.keyboard.press("Control+c");
    expect((await input()).toString()).toBe("ls é\r\x03");
    await say("bin  dev  etc\r\n");
    await expect.poll(text).toContain("bin  dev  etc");
  });

  it("acknowledges every byte of history and output once it is parsed", async () => {
    const history = bytesOf("x".repeat(70_000));
    await open(consoleState({ history }));
    await expect.poll(parsed).toBe(70_000);
    await say("0123456789");
    await expect.poll(parsed).toBe(70_010);
  });

  it("drops what belongs to another session", async () => {
    await open();
    await say("from an earlier life", 0);
    await say("from now");
    await expect.poll(text).toContain("from now");
    expect(await text()).not.toContain("earlier life");
  });

  it("answers queries, but not those in what it replays", async () => {
    const history = bytesOf("\x1b[c\x1b[6n\x1b]11;?\x07");
    await open(consoleState({ history }));
    await expect.poll(parsed).toBe(history.length);
    expect((await input()).toString()).toBe("");
    await say("\x1b[6n");
    await expect.poll(async () => (await input()).toString()).toBe("\x1b[1;1R");
  });

  it("answers a query in the history that no terminal has seen yet", async () => {
    await open(consoleState({ history: bytesOf("\x1b[5n\x1b[6n"), answered: 4 }));
    await expect.poll(async () => (await input()).toString()).toBe("\x1b[1;1R");
  });

  it("says how much of the beginning is gone, and where output was skipped", async () => {
    await open(consoleState({ dropped: 2 * 1024 * 1024 }));
    await expect.poll(text).toContain("2.0 MiB skipped");
    await view.tell("skipped", { session: 1, count: 4096 });
    await expect.poll(text).toContain("4.0 KiB skipped");
  });

  it("ends with the reason when the machine fails, and takes no more input", async () => {
    await open();
    await view.tell("machines", [
      { ...ready, state: "failed", message: "QEMU ended.", advice: "See the log." },
    ]);
    await expect.poll(text).toContain("boots failed  QEMU ended. See the log.");
    await focus();
    await view.page.keyboard.type("hello?");
    expect(await view.told("input")).toEqual([]);
    expect(await view.page.getByRole("button", { name: "Stop the machine at once" }).last().isEnabled()).toBe(
      false,
    );
  });

  it("has the host act on the machine", async () => {
    await open();
    for (const title of [
      "Pause the machine",
      "Reset the machine",
      "Press the power button",
      "Stop the machine at once",
    ]) {
      await view.page.locator(`vscode-button[title="${title}"]`).click();
    }
    await view.tell("machines", [{ ...ready, state: "paused" }]);
    await view.page.locator('vscode-button[title="Resume the machine"]').click();
    const actions = ((await view.told("act")) as { action: string }[]).map(({ action }) => action);
    expect(actions).toEqual(["pause", "reset", "powerButton", "stop", "resume"]);
  });

  it("lets choose among machines, also of one name", async () => {
    await open(consoleState({}, [ready, { ...ready, id: "m2", state: "running" }]));
    await view.page.locator("vscode-dropdown").click();
    await view.page.locator("vscode-option", { hasText: "boots (2)" }).click();
    expect(await view.told("choose")).toEqual([{ machine: "m2" }]);
    const shown = {
      machine: "m2",
      session: 2,
      history: bytesOf("I am the second"),
      dropped: 0,
      answered: 15,
    };
    await view.tell("show", { machines: [ready, { ...ready, id: "m2", state: "running" }], shown });
    await expect.poll(text).toMatch(/^I am the second/);
  });

  it("finds text and counts it, with case, whole words and expressions", async () => {
    await open(consoleState({ history: bytesOf("Boot boot boots\r\n") }));
    await focus();
    await view.page.keyboard.press("Control+f");
    await view.page.locator(".find vscode-text-field input").waitFor();
    await expect.poll(() => view.page.evaluate("document.activeElement.tagName")).toBe("VSCODE-TEXT-FIELD");
    await view.page.keyboard.type("boot");
    const count = () => view.page.locator(".find .count").textContent();
    await expect.poll(count).toMatch(/of 3$/);
    await view.page.locator('vscode-button[title="Match case"]').click();
    await expect.poll(count).toMatch(/of 2$/);
    await view.page.locator('vscode-button[title="Match whole word"]').click();
    await expect.poll(count).toMatch(/of 1$/);
    await view.page.locator('vscode-button[title="Use regular expression"]').click();
    await view.page.locator(".find vscode-text-field").click();
    await view.page.keyboard.press("Control+a");
    await view.page.keyboard.type("b(");
    await expect.poll(count).toBe("Not a valid expression");
    await view.page.keyboard.press("Escape");
    expect(await view.page.locator(".find").isHidden()).toBe(true);
  });

  it("pastes one line at once and asks before several", async () => {
    await open(consoleState(), {}, "reboot\n");
    await focus();
    await view.page.keyboard.press("Control+Shift+V");
    await expect.poll(async () => (await input()).toString()).toBe("reboot\r");
    await view.close();

    await open(consoleState(), {}, "ls\nrm -r /\n");
    await focus();
    await view.page.keyboard.press("Control+Shift+V");
    await view.page.getByText("Paste 2 lines?").waitFor();
    expect(await view.told("input")).toEqual([]);
    await view.page.getByRole("button", { name: "Paste as One Line" }).click();
    await expect.poll(async () => (await input()).toString()).toBe("ls rm -r /");
  });

  it("brackets a paste where the guest asks for it, without a question", async () => {
    await open(consoleState({ history: bytesOf("\x1b[?2004h") }), {}, "a\nb");
    await expect.poll(parsed).toBe(8);
    await focus();
    await view.page.keyboard.press("Control+Shift+V");
    await expect.poll(async () => (await input()).toString()).toBe("\x1b[200~a\rb\x1b[201~");
  });

  it("copies the selection, or all without one", async () => {
    await open(consoleState({ history: bytesOf("one\r\ntwo\r\n") }));
    await expect.poll(text).toContain("two");
    await view.page.locator('vscode-button[title^="Copy"]').click();
    expect(await view.told("copy")).toEqual([{ text: "one\ntwo" }]);
  });

  it("clears, and tells the host so that a replay stays clear", async () => {
    await open();
    await expect.poll(text).toContain("Welcome");
    await view.page.locator('vscode-button[title="Clear"]').click();
    await expect.poll(text).not.toContain("Welcome");
    expect(await view.told("cleared")).toEqual([{ session: 1 }]);
  });

  it("holds the place while output flows when it is locked, and follows again when not", async () => {
    const lines = Array.from({ length: 100 }, (_, at) => `line ${at}`).join("\r\n");
    await open(consoleState({ history: bytesOf(lines) }));
    await expect.poll(text).toContain("line 99");
    await view.page.locator('vscode-button[title^="Hold"]').click();
    const before = (await text()).split("\n")[0];
    for (let at = 0; at < 20; at++) await say(`\r\nmore ${at}\r\nand more`);
    await expect.poll(parsed).toBeGreaterThan(bytesOf(lines).length + 300);
    expect((await text()).split("\n")[0]).toBe(before);
    await view.page.locator('vscode-button[title="Follow the output"]').click();
    await expect.poll(text).toContain("more 19");
  });

  it("survives a flood: acknowledges all of it and still takes a key at once", async () => {
    await open();
    const start = await parsed();
    const flood = `${"0123456789abcdef".repeat(4)}\r\n`.repeat(1000);
    for (let at = 0; at < 15; at++) await say(flood);
    await focus();
    const typed = Date.now();
    await view.page.keyboard.press("q");
    await expect.poll(async () => (await input()).toString(), { interval: 10 }).toBe("q");
    expect(Date.now() - typed).toBeLessThan(2000);
    await expect
      .poll(async () => (await parsed()) - start, { timeout: 20_000 })
      .toBeGreaterThanOrEqual(15 * flood.length);
  });

  it("asks for its machine again after a reload, and comes back to the same place", async () => {
    const lines = Array.from({ length: 200 }, (_, at) => `line ${at}`).join("\r\n");
    await open(consoleState({ history: bytesOf(lines) }));
    await expect.poll(text).toContain("line 199");
    await view.page.locator(".screen").hover();
    await view.page.mouse.wheel(0, -800);
    await expect.poll(text).not.toContain("line 199");
    await expect.poll(async () => (await view.stored()) as object).not.toMatchObject({ fromEnd: 0 });
    const [first, stored] = [(await text()).split("\n")[0], await view.stored()];
    await view.close();
    await open(consoleState({ history: bytesOf(lines), session: 2 }), { stored });
    await expect.poll(async () => (await text()).split("\n")[0]).toBe(first);
    const requests = await view.page.evaluate("host.messages.filter(m => m.kind === 'request')");
    expect(requests).toMatchObject([{ name: "state", body: { machine: "m1" } }]);
  });

  it("follows a change of the theme", async () => {
    await open();
    await expect.poll(text).toContain("Welcome");
    const background = () =>
      view.page.evaluate(
        "getComputedStyle(document.querySelector('.xterm-scrollable-element')).backgroundColor",
      );
    await expect.poll(background).toBe("rgb(24, 24, 24)");
    await view.setTheme(themes.light);
    await expect.poll(background).toBe("rgb(248, 248, 248)");
  });

  it("reads to screen readers when VS Code knows that there is one", async () => {
    const theme = { ...themes.dark, classes: "vscode-dark vscode-using-screen-reader" };
    await open(consoleState(), { theme });
    await view.page.locator(".xterm-accessibility").waitFor({ state: "attached" });
    expect(bootText).toContain(
      await view.page.locator(".xterm-accessibility-tree > div").first().textContent(),
    );
  });
});
