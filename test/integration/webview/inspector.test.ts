import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { imagePage } from "../../../src/core/analysis/inspect/imagePage.ts";
import type { ImageReport } from "../../../src/shared/inspection.ts";
import type { InspectorState } from "../../../src/shared/protocol/inspector.ts";
import { disk, iso, reports, uki } from "../../unit/inspect/sampleReports.ts";
import { launchBrowser } from "./browser.ts";
import { buildBundles } from "./bundles.ts";
import { openWebview, type Webview, type WebviewOptions } from "./openWebview.ts";
import { themes } from "./themes.ts";

let browser: Browser;
let bundles: Map<string, string>;
let inspector: Webview;

beforeAll(async () => {
  [browser, bundles] = await Promise.all([launchBrowser(), buildBundles(["inspector"])]);
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(inspector.problems).toEqual([]);
  await inspector.close();
});

function stateOf(report: ImageReport): InspectorState {
  const file = report.path.split("/").at(-1) ?? "";
  return { file, page: imagePage(report), firmware: report.firmware };
}

async function open(state: InspectorState, more: Partial<WebviewOptions> = {}): Promise<void> {
  const view = { webview: "inspector", theme: themes.dark, width: 1000, height: 800 } as const;
  inspector = await openWebview(browser, { ...view, bundles, answers: { state }, ...more });
}

const segmentColours = () =>
  inspector.page.evaluate<string[]>(
    `[...document.querySelectorAll(".bar span")].map(each => getComputedStyle(each).backgroundColor)`,
  );

/** Contrast (1 to 21) of the text that is hardest to read on what lies behind it. */
const leastContrast = () =>
  inspector.page.evaluate<number>(`(() => {
    const rgb = text => (text.match(/[\\d.]+/g) ?? []).map(Number);
    const over = ([r, g, b, a = 1], ground) => [r, g, b].map((each, at) => each * a + ground[at] * (1 - a));
    const ground = node => {
      if (!node) return [255, 255, 255];
      return over(rgb(getComputedStyle(node).backgroundColor), ground(node.parentElement));
    };
    const luminance = colour => {
      const [r, g, b] = colour.map(each => each / 255).map(each =>
        each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratios = [...document.querySelectorAll("h1, h2, dt, dd, code, pre, .muted, .name, .size")].map(each => {
      const behind = ground(each);
      const [light, dark] = [over(rgb(getComputedStyle(each).color), behind), behind]
        .map(luminance).sort((a, b) => b - a);
      return (light + 0.05) / (dark + 0.05);
    });
    return Math.min(...ratios);
  })()`);

describe("the image inspector", () => {
  it.each(Object.entries(themes))("is whole in the theme %s, narrow and wide", async (_, theme) => {
    for (const width of [400, 1400]) {
      for (const report of Object.values(reports)) {
        await open(stateOf(report), { theme, width });
        await inspector.page.locator(".bar").waitFor();
        // Nothing sticks out sideways, and no piece of the bar looks like its neighbour.
        expect(
          await inspector.page.evaluate("document.querySelector('#app').scrollWidth"),
        ).toBeLessThanOrEqual(width);
        expect(await leastContrast()).toBeGreaterThan(4.5);
        const colours = await segmentColours();
        expect(colours.slice(1).every((each, index) => each !== colours[index])).toBe(true);
        expect(inspector.problems).toEqual([]);
        await inspector.close();
      }
    }
    await open(stateOf(uki), { theme });
  });

  it("says at a glance what a unified kernel image is", async () => {
    await open(stateOf(uki));
    const { page } = inspector;
    expect(await page.locator("h1").textContent()).toBe("boots-1.0.efi");
    const facts = await page.locator("main > .facts").innerText();
    for (const each of ["Boots 1.0", "6.1.0", "quiet rdinit=/sbin/init", "CN=My key"])
      expect(facts).toContain(each);
    // Short texts are there without a click.
    expect(await page.locator("details[open] pre").allInnerTexts()).toContain("quiet rdinit=/sbin/init");
  });

  it("is used by keyboard: a row unfolds, its digest is copied", async () => {
    await open(stateOf(uki));
    const { page } = inspector;
    const linux = page.locator("summary", { hasText: ".linux" });
    await linux.focus();
    await page.keyboard.press("Enter");
    const row = page.locator("details", { has: linux });
    await row.getByRole("button", { name: "Copy sha256" }).focus();
    await page.keyboard.press("Enter");
    expect(await inspector.told("copy")).toEqual([{ text: "0".repeat(64) }]);
  });

  it("offers to boot by each firmware that can start it, and nothing where none can", async () => {
    await open(stateOf(disk));
    await inspector.page.getByRole("button", { name: "Boot by UEFI" }).click();
    expect(await inspector.told("boot")).toEqual([{ firmware: "uefi" }]);
    await inspector.close();
    await open(stateOf(uki));
    await inspector.page.getByRole("button", { name: "Boot", exact: true }).click();
    expect(await inspector.told("boot")).toEqual([{ firmware: "uefi" }]);
    await inspector.close();
    await open({ ...stateOf(iso), firmware: [] });
    expect(await inspector.page.getByRole("button", { name: /Boot/ }).count()).toBe(0);
  });

  it("shows the whole file's sha256 when it comes, and keeps what was unfolded", async () => {
    await open(stateOf(iso));
    const { page } = inspector;
    await page.locator("summary").first().click();
    expect(await page.locator(".sha256").textContent()).toContain("being computed");
    await inspector.tell("sha256", "ab".repeat(32));
    await page.locator(".sha256 code", { hasText: "abab" }).waitFor();
    // Built anew, the page is drawn anew.
    await inspector.tell("state", stateOf({ ...iso, volumeId: "OTHER" }));
    await page.locator("dd", { hasText: "OTHER" }).waitFor();
    expect(await page.locator("details").first().getAttribute("open")).not.toBeNull();
  });

  it("has full colours where a theme gives a tint", async () => {
    const tinted = { ...themes.dark, variables: { ...themes.dark.variables, "charts-orange": "#ea5c0055" } };
    await open(stateOf(uki), { theme: tinted });
    await inspector.page.locator(".bar").waitFor();
    // The second biggest piece: not the brown that a third of orange is on a dark ground.
    const reds = (await segmentColours()).map(each => Number(/\d+/.exec(each)?.[0]));
    expect(Math.max(...reds)).toBeGreaterThan(200);
  });

  it("says why a file cannot be shown and offers another editor", async () => {
    const problem = { message: "It is no image.", advice: "Name an image." };
    await open({ file: "notes.img", problem, firmware: [] });
    await inspector.page.getByRole("heading", { name: "notes.img cannot be shown" }).waitFor();
    expect(await inspector.page.locator(".empty-state p").textContent()).toBe(
      "It is no image. Name an image.",
    );
    await inspector.page.getByRole("button", { name: "Open With…" }).click();
    expect(await inspector.told("openWith")).toEqual([null]);
  });

  it("says so when what it is told cannot be shown, and never stays empty", async () => {
    const { page, ...state } = stateOf(disk);
    await open({ ...state, page: { ...page, bytes: 2 ** 60 } } as InspectorState);
    await inspector.page.getByRole("heading", { name: "The image cannot be shown" }).waitFor();
    expect(await inspector.page.locator(".empty-state p").textContent()).toContain("agreed form");
  });
});
