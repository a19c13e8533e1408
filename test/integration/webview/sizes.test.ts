import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { packEntries } from "../../../src/shared/protocol/entryColumns.ts";
import type { SizesState } from "../../../src/shared/protocol/sizes.ts";
import { manyFiles } from "../../unit/treemap/image.ts";
import { launchBrowser } from "./browser.ts";
import { buildBundles } from "./bundles.ts";
import { openWebview, type Webview, type WebviewOptions } from "./openWebview.ts";
import { boots, oddImages } from "./sampleImage.ts";
import { debianImage } from "./samplePackages.ts";
import { themes } from "./themes.ts";

let browser: Browser;
let bundles: Map<string, string>;
let sizes: Webview;

beforeAll(async () => {
  [browser, bundles] = await Promise.all([launchBrowser(), buildBundles(["sizes"])]);
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(sizes.problems).toEqual([]);
  await sizes.close();
});

async function open(state: SizesState, more: Partial<WebviewOptions> = {}): Promise<void> {
  const answers = { state };
  const view = { webview: "sizes", theme: themes.dark, width: 1400, height: 800 } as const;
  sizes = await openWebview(browser, { ...view, bundles, answers, ...more });
}

const facts = () => sizes.page.locator(".details").textContent();
const crumbs = async () => (await sizes.page.locator(".breadcrumbs li").allInnerTexts()).join(" ");
const measured = (name: string) =>
  sizes.page.evaluate(name => performance.getEntriesByName(name).map(entry => entry.duration), name);

/** Colours in the middle of the treemap's canvas that differ: 0 or 1 = nothing was drawn. */
const coloursDrawn = () =>
  sizes.page.evaluate<number>(`(() => {
    const canvas = document.querySelector(".treemap canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  })()`);

describe("the sizes page", () => {
  it.each(Object.entries(themes))(
    "draws tiles, bars and figures in the theme %s, narrow and wide",
    async (_, theme) => {
      for (const width of [400, 1600]) {
        await open(boots, { theme, width });
        await sizes.page.getByRole("heading", { name: "boots" }).waitFor();
        expect(await coloursDrawn()).toBeGreaterThan(4);
        expect(await sizes.page.locator(".stage-table tfoot").textContent()).toContain("18.5 MiB");
        // Nothing sticks out sideways.
        expect(await sizes.page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        expect(sizes.problems).toEqual([]);
        if (width === 400) await sizes.close();
      }
    },
  );

  it("says the same total in the header, the tree and the sums of the stages", async () => {
    await open(boots);
    const bytes = boots.built?.totalBytes.toLocaleString("en");
    expect(await sizes.page.locator("header .total").getAttribute("title")).toContain(`${bytes} bytes`);
    const totals = sizes.page.locator(".stage-table tfoot td");
    expect(await totals.nth(2).getAttribute("title")).toBe(`${bytes} bytes`);
    expect(await totals.nth(3).getAttribute("title")).toBe(`${bytes} bytes`);
  });

  it("zooms in by double click and out by Backspace, and says where it is", async () => {
    await open(boots);
    const box = await sizes.page.locator(".treemap").boundingBox();
    if (!box) throw new Error("The treemap is not there.");
    await sizes.page.mouse.dblclick(box.x + 30, box.y + 8);
    expect(await crumbs()).toBe("/ usr");
    await sizes.page.keyboard.press("Backspace");
    expect(await crumbs()).toBe("/");
    expect(await facts()).toContain("/usr");
  });

  it("is used by keyboard alone: arrows select, Enter zooms, Home shows all", async () => {
    await open(boots);
    await sizes.page.getByRole("tree").focus();
    await sizes.page.keyboard.press("ArrowRight");
    expect(await facts()).toContain("/usr");
    await sizes.page.keyboard.press("ArrowRight");
    expect(await facts()).toContain("/boot");
    await sizes.page.keyboard.press("ArrowLeft");
    await sizes.page.keyboard.press("Enter");
    expect(await crumbs()).toBe("/ usr");
    await sizes.page.keyboard.press("Enter");
    expect(await crumbs()).toBe("/ usr lib modules 6.1.0-37-cloud-amd64");
    await sizes.page.keyboard.press("Escape");
    expect(await crumbs()).toBe("/ usr");
    await sizes.page.keyboard.press("Home");
    expect(await crumbs()).toBe("/");
    await sizes.page.keyboard.press("Alt+ArrowLeft");
    expect(await crumbs()).toBe("/ usr");
  });

  it("mirrors the tiles of the level for screen readers, the selected one active", async () => {
    await open(boots);
    const tree = sizes.page.getByRole("tree");
    await tree.focus();
    await sizes.page.keyboard.press("ArrowRight");
    await sizes.page.locator('[role=treeitem][aria-selected="true"]').waitFor({ state: "attached" });
    const items = sizes.page.getByRole("treeitem");
    expect(await items.first().getAttribute("aria-label")).toMatch(
      /^usr, 10\.6 MiB, 57\.. % of \/, stage kernel$/,
    );
    expect(await tree.getAttribute("aria-activedescendant")).toBe(await items.first().getAttribute("id"));
  });

  it("searches: counts and sums matches, and shows nothing else on demand", async () => {
    await open(boots);
    await sizes.page.keyboard.press("Control+f");
    await sizes.page.keyboard.type("btrfs .ko");
    expect(await sizes.page.locator(".found").textContent()).toBe("7 matches · 1.5 MiB");
    await sizes.page.locator("vscode-checkbox").click();
    await sizes.page.getByTitle("Show as table").first().click();
    expect(await sizes.page.locator(".folder-table .row:not(.head)").count()).toBe(1);
  });

  it("says so when nothing matches", async () => {
    await open(boots);
    await sizes.page.keyboard.press("Control+f");
    await sizes.page.keyboard.type("no such file");
    await sizes.page.locator("vscode-checkbox").click();
    await sizes.page.getByText("Nothing in this folder matches.").waitFor();
  });

  it("filters by the stage whose bar is clicked, and shows all again on the second click", async () => {
    await open(boots);
    const chart = await sizes.page.locator(".chart canvas").boundingBox();
    if (!chart) throw new Error("The chart is not there.");
    await sizes.page.mouse.click(chart.x + chart.width * 0.3, chart.y + 20);
    const found = () => sizes.page.locator(".found").textContent();
    await expect.poll(found).toBe("4 matches · 1.9 MiB");
    expect(await sizes.page.locator('.legend .chip[aria-pressed="true"]').textContent()).toContain("busybox");
    await sizes.page.mouse.click(chart.x + chart.width * 0.3, chart.y + 20);
    await expect.poll(found).toBe("");
  });

  it("keeps the rows of the table in line in a narrow panel", async () => {
    await open(boots, { width: 420 });
    await sizes.page.getByTitle("Show as table").first().click();
    const row = await sizes.page.locator(".row:not(.head)").first().boundingBox();
    const name = await sizes.page.locator(".row:not(.head) .cell.name").first().boundingBox();
    expect([row?.height, name?.height, name?.y]).toEqual([24, 24, row?.y]);
  });

  it("lists 10,000 siblings with few elements, sorted as asked", async () => {
    await open(oddImages["ten thousand siblings"] as SizesState);
    await sizes.page.getByTitle("Show as table").first().click();
    await sizes.page.locator(".row:not(.head)").first().dblclick();
    const rows = sizes.page.locator(".row:not(.head)");
    expect(await rows.count()).toBeLessThan(100);
    expect(await rows.first().textContent()).toContain("file0");
    await sizes.page.getByRole("button", { name: "Size" }).click();
    expect(await rows.first().textContent()).toMatch(/37 B/);
    await sizes.page.locator(".folder-table").focus();
    await sizes.page.keyboard.press("End");
    expect(await facts()).toContain("/many/file0");
    await sizes.page.locator(".row.selected").waitFor();
  });

  it.each(Object.entries(oddImages))("shows an image with %s", async (_, state) => {
    await open(state, { width: 700 });
    await sizes.page.locator("header .total").waitFor();
    expect(await sizes.page.locator("header .total").textContent()).not.toBe("");
    expect(await sizes.page.evaluate("document.documentElement.scrollWidth")).toBe(700);
  });

  it("shows what no stage accounts for", async () => {
    const built = boots.built as NonNullable<SizesState["built"]>;
    const stages = built.stages.map(stage => ({
      ...stage,
      addedBytes: Math.max(0, stage.addedBytes - 1000),
    }));
    await open({ ...boots, built: { ...built, stages } });
    expect(await sizes.page.locator(".stage-table tbody tr").last().textContent()).toContain("unattributed");
  });

  it("says what is missing, and offers to build", async () => {
    await open({ recipe: "boots", phase: "not-built" });
    await sizes.page.getByText("boots has not been built yet").waitFor();
    await sizes.page.locator(".nothing").getByRole("button", { name: "Build" }).click();
    expect(await sizes.told("build")).toEqual([null]);
  });

  it("keeps showing the last build when a newer one failed or is under way, and says so", async () => {
    await open({
      ...boots,
      phase: "failed",
      problem: { message: "mke2fs is missing.", advice: "Install e2fsprogs." },
    });
    await sizes.page.getByText("The last build failed: mke2fs is missing. Install e2fsprogs.").waitFor();
    expect(await coloursDrawn()).toBeGreaterThan(4);
    await sizes.tell("state", { ...boots, phase: "building" });
    await sizes.page.getByText("Building. The sizes below").waitFor();
    await sizes.tell("state", { ...boots, stale: "The recipe changed after this build." });
    await sizes.page.getByText("The recipe changed after this build.").waitFor();
  });

  it("reveals a path that the host names, also when it names it before the build is there", async () => {
    await open({ recipe: "boots", phase: "loading" });
    await sizes.tell("reveal", { path: "/usr/bin/busybox" });
    await sizes.tell("state", boots);
    await sizes.page.getByText("/usr/bin/busybox").first().waitFor();
    expect(await crumbs()).toBe("/ usr bin");
    expect(await sizes.told("select")).toContainEqual({ path: "/usr/bin/busybox" });
  });

  it("comes back after a reload as it was left", async () => {
    await open(boots);
    await sizes.page.getByRole("tree").focus();
    await sizes.page.keyboard.press("ArrowRight");
    await sizes.page.keyboard.press("Enter");
    const stored = await sizes.stored();
    await sizes.close();
    await open(boots, { stored });
    expect(await crumbs()).toBe("/ usr");
  });

  it("follows a change of the theme", async () => {
    await open(boots);
    const background = () => sizes.page.evaluate("getComputedStyle(document.body).backgroundColor");
    const before = await sizes.page.locator(".legend .swatch").first().getAttribute("style");
    await sizes.setTheme(themes.light);
    await expect.poll(background).toBe("rgb(255, 255, 255)");
    await expect
      .poll(() => sizes.page.locator(".legend .swatch").first().getAttribute("style"))
      .not.toBe(before);
  });

  it("drops a malformed state and keeps what it shows", async () => {
    await open(boots);
    await sizes.tell("state", { recipe: 7 });
    await sizes.page.waitForFunction("true");
    expect(await sizes.page.getByRole("heading", { name: "boots" }).isVisible()).toBe(true);
    expect(sizes.problems).toEqual(['The malformed event "state" was dropped.']);
    (sizes.problems as string[]).length = 0;
  });

  it("paints 50,000 files once, and lays out anew at each zoom (bench/treemap.ts measures how fast)", async () => {
    const entries = manyFiles(50_000);
    const totalBytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    const stages = ["base", "kernel"].map(name => ({
      name,
      kind: "tree",
      addedBytes: entries.filter(entry => entry.stage === name).reduce((sum, entry) => sum + entry.bytes, 0),
      removedBytes: 0,
      seconds: 1,
      cached: false,
    }));
    const columns = packEntries(entries, ["base", "kernel"]);
    const built = {
      builtAt: 0,
      totalBytes,
      files: 50_000,
      stages,
      packages: [],
      outputs: [],
      entries: columns,
    };
    await open({ recipe: "big", phase: "ready", built }, { reducedMotion: false, width: 1600, height: 1000 });
    await sizes.page.getByRole("tree").focus();
    for (let times = 0; times < 4; times++) {
      await sizes.page.keyboard.press("ArrowRight");
      await sizes.page.keyboard.press("Enter");
      await sizes.page.keyboard.press("Backspace");
    }
    expect(await measured("whittle:paint")).toHaveLength(1);
    expect((await measured("whittle:zoom")).length).toBeGreaterThanOrEqual(8);
  });
});

describe("packages on the sizes page", () => {
  const image = debianImage();
  const byPackage = { arrangement: "packages", colours: "package" };
  const table = () => sizes.page.locator(".row:not(.head)");

  it.each(Object.entries(themes))("are drawn in the theme %s, narrow and wide", async (_, theme) => {
    for (const width of [400, 1600]) {
      await open(image, { theme, width, stored: byPackage });
      await sizes.page.getByText("300 packages · 902 files").waitFor();
      expect(await coloursDrawn()).toBeGreaterThan(12);
      expect(await sizes.page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      expect(sizes.problems).toEqual([]);
      if (width === 400) await sizes.close();
    }
  });

  it("are not offered where nothing is known of them", async () => {
    await open(boots, { stored: byPackage });
    await sizes.page.locator(".legend .chip").first().waitFor();
    expect(await sizes.page.getByRole("button", { name: "Packages" }).isVisible()).toBe(false);
    expect(await sizes.page.getByTitle("Arrange by package").isVisible()).toBe(false);
    expect(await crumbs()).toBe("/");
    expect(await sizes.page.getByRole("heading", { name: "Size per stage" }).isVisible()).toBe(true);
  });

  it("take the colours, the legend and the list when they are chosen, and give them back", async () => {
    await open(image);
    await sizes.page.getByRole("button", { name: "Packages" }).click();
    const chips = sizes.page.locator(".legend .chip");
    // Twelve with a colour of their own, and what belongs to none.
    expect(await chips.count()).toBe(13);
    expect(await chips.last().textContent()).toContain("no package");
    expect(await sizes.page.locator(".legend .others").textContent()).toMatch(/^288 other packages · \d/);
    const rows = sizes.page.locator(".package-list tbody tr");
    expect(await rows.count()).toBe(301);
    expect(await rows.nth(1).textContent()).toMatch(/^libc61\.1-234\.3 MiB\d/);
    expect(await rows.last().textContent()).toContain("no package2562.6 KiB");
    await sizes.page.getByRole("button", { name: "Stages" }).click();
    expect(await sizes.page.getByRole("heading", { name: "Size per stage" }).isVisible()).toBe(true);
    expect(await chips.count()).toBe(2);
  });

  it("add up to the image in the list", async () => {
    await open(image, { stored: byPackage });
    const bytes = await sizes.page
      .locator(".package-list tbody td[title]")
      .evaluateAll(cells => cells.map(cell => String(cell.getAttribute("title"))));
    const sum = bytes.reduce((total, each) => total + Number(each.replace(/\D/g, "")), 0);
    expect(sum).toBe(image.built?.totalBytes);
  });

  it("filter by click, and by the keyboard alone", async () => {
    await open(image, { stored: byPackage });
    const found = () => sizes.page.locator(".found").textContent();
    await sizes.page.locator(".package-list").getByRole("button", { name: "libc6" }).click();
    expect(await found()).toBe("3 matches · 4.3 MiB");
    await sizes.page.keyboard.press("ArrowDown");
    await sizes.page.keyboard.press("Enter");
    expect(await found()).toBe("3 matches · 2.9 MiB");
    expect(await sizes.page.locator(".package-list tr:not(.dim)").nth(1).textContent()).toContain("systemd");
    await sizes.page.keyboard.press("End");
    await sizes.page.keyboard.press("Enter");
    expect(await found()).toBe("2 matches · 562.6 KiB");
  });

  it("are found by name", async () => {
    await open(image);
    await sizes.page.keyboard.press("Control+f");
    await sizes.page.keyboard.type("cloud*amd64 copyright");
    expect(await sizes.page.locator(".found").textContent()).toBe("1 match · 878.9 KiB");
  });

  it("lie on top of the treemap when it is arranged by package; what was selected stays selected", async () => {
    await open(image);
    await sizes.tell("reveal", { path: "/usr/bin/libc6" });
    await expect.poll(facts).toContain("stage debian · package libc6 1.1-2");
    await sizes.page.getByTitle("Arrange by package").click();
    expect(await crumbs()).toBe("All packages libc6 usr bin");
    expect(await facts()).toContain("/usr/bin/libc6");
    await sizes.page.getByRole("tree").focus();
    await sizes.page.keyboard.press("Backspace");
    await sizes.page.keyboard.press("Backspace");
    expect(await crumbs()).toBe("All packages");
    expect(await facts()).toContain("libc64.3 MiB");
    await sizes.page.keyboard.press("ArrowUp");
    expect(await facts()).toContain("linux-image-6.1.0-37-cloud-amd64");
    await sizes.page.getByTitle("Arrange by folder").click();
    expect(await crumbs()).toBe("/");
  });

  it("say name and version in the tooltip", async () => {
    await open(image, { stored: byPackage });
    await sizes.page.locator(".treemap").hover({ position: { x: 40, y: 10 } });
    const tooltip = sizes.page.getByRole("tooltip");
    expect(await tooltip.textContent()).toContain("linux-image-6.1.0-37-cloud-amd64 1.0-2");
    await sizes.page.locator(".treemap").hover({ position: { x: 60, y: 120 } });
    expect(await tooltip.textContent()).toContain("package linux-image-6.1.0-37-cloud-amd64 1.0-2");
  });

  it("are listed as a table, what belongs to none under the stage that made it", async () => {
    await open(image, { stored: { ...byPackage, view: "table" } });
    expect(await sizes.page.locator(".row.head").textContent()).toBe("PackageSize% of imageStageFiles");
    expect(await table().nth(1).textContent()).toContain("libc61.1-24.3 MiB");
    await sizes.page.locator(".row.head").getByRole("button", { name: "Package" }).click();
    await sizes.page.locator(".folder-table").focus();
    await sizes.page.keyboard.press("End");
    await sizes.page.getByText("no package (stage caches∕made)").waitFor();
    await sizes.page.getByText("no package (stage debian)").waitFor();
  });

  it("come back after a reload as they were left", async () => {
    await open(image);
    await sizes.page.getByTitle("Arrange by package").click();
    await sizes.page.getByRole("tree").focus();
    await sizes.page.keyboard.press("ArrowRight");
    await sizes.page.keyboard.press("Enter");
    const left = await crumbs();
    const stored = await sizes.stored();
    await sizes.close();
    await open(image, { stored });
    expect(await crumbs()).toBe(left);
  });
});
