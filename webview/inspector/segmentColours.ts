import type { SizeMap } from "../../src/shared/inspectionPage.ts";
import { mix, opaqueColour, parseColour, toCss } from "../common/colours.ts";
import { themeValue } from "../common/theme.ts";

// Red comes last: it looks like an error.
const chart = ["blue", "orange", "green", "purple", "yellow", "red"] as const;
const fallbacks = ["#3794ff", "#d18616", "#89d185", "#b180d7", "#cca700", "#f14c4c"] as const;

/** A colour for each segment by its name: the biggest get the theme's, what is left over a grey. */
export function segmentColours(map: SizeMap | undefined): ReadonlyMap<string, string> {
  const background = parseColour(themeValue("--vscode-editor-background", "#1f1f1f"), [0, 0, 0]);
  const text = parseColour(themeValue("--vscode-foreground", "#cccccc"), background);
  const bySize = [...(map?.segments ?? [])].sort((a, b) => b.bytes - a.bytes);
  const colours = new Map<string, string>();
  let [next, rests] = [0, 0];
  for (const { name, isRest } of bySize) {
    const index = next % chart.length;
    const own = opaqueColour(themeValue(`--vscode-charts-${chart[index]}`, fallbacks[index] ?? ""), text);
    // After six, the colours come again, paler.
    const isAgain = next >= chart.length;
    if (isRest) colours.set(name, toCss(mix(text, background, rests++ % 2 === 0 ? 0.22 : 0.12)));
    else {
      colours.set(name, toCss(mix(own, background, isAgain ? 0.5 : 0.9)));
      next += 1;
    }
  }
  return colours;
}
