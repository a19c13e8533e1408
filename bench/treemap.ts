import { packEntries } from "../src/shared/protocol/entryColumns.ts";
import type { SizesState } from "../src/shared/protocol/sizes.ts";
import { launchBrowser } from "../test/integration/webview/browser.ts";
import { buildBundles } from "../test/integration/webview/bundles.ts";
import { openWebview } from "../test/integration/webview/openWebview.ts";
import { themes } from "../test/integration/webview/themes.ts";
import { manyFiles } from "../test/unit/treemap/image.ts";
import { type Figure, median } from "./figures.ts";

const files = 50_000;
const zooms = 12;

/** The Sizes panel in Chromium with 50,000 files: layout and drawing as the page itself measures them. */
export async function treemap(): Promise<Figure[]> {
  const browser = await launchBrowser();
  try {
    const { page } = await openWebview(browser, {
      webview: "sizes",
      bundles: await buildBundles(["sizes"]),
      theme: themes.dark,
      width: 1600,
      height: 1000,
      answers: { state: bigImage() },
    });
    await page.getByRole("tree").focus();
    for (let times = 0; times < zooms / 2; times++) {
      for (const key of ["ArrowRight", "Enter", "Backspace"]) await page.keyboard.press(key);
    }
    const measured = (name: string): Promise<number[]> =>
      page.evaluate(wanted => performance.getEntriesByName(wanted).map(each => each.duration), name);
    const [paint, zoom] = [await measured("whittle:paint"), await measured("whittle:zoom")];
    return [
      {
        name: `treemap of ${files} files, first paint`,
        value: `${median(paint).toFixed(0)} ms`,
        promise: "within 200 ms",
      },
      {
        name: `treemap zoom, median and slowest of ${zoom.length}`,
        value: `${median(zoom).toFixed(1)} / ${Math.max(...zoom).toFixed(1)} ms`,
        promise: "within one frame, 16.7 ms",
      },
    ];
  } finally {
    await browser.close();
  }
}

function bigImage(): SizesState {
  const entries = manyFiles(files);
  const names = ["base", "kernel"];
  const bytesOf = (stage?: string): number =>
    entries
      .filter(entry => stage === undefined || entry.stage === stage)
      .reduce((sum, entry) => sum + entry.bytes, 0);
  const stages = names.map(name => ({
    name,
    kind: "tree",
    addedBytes: bytesOf(name),
    removedBytes: 0,
    seconds: 1,
    cached: false,
  }));
  const built = {
    builtAt: 0,
    totalBytes: bytesOf(),
    files,
    stages,
    packages: [],
    outputs: [],
    entries: packEntries(entries, names),
  };
  return { recipe: "big", phase: "ready", built };
}
