import { noPackage, noStage } from "../../src/shared/protocol/entryColumns.ts";
import { contrast, mix, opaqueColour, parseColour, type Rgb, toCss } from "../common/colours.ts";
import { isHighContrast, themeValue } from "../common/theme.ts";

export interface GroupColour {
  readonly fill: string;
  readonly text: string;
  /** For what a filter leaves out. */
  readonly dimFill: string;
  readonly dimText: string;
}

/** The colours of the theme in use, ready for a canvas. */
export interface Palette {
  readonly background: string;
  readonly text: string;
  readonly mutedText: string;
  readonly line: string;
  /** Frame of an open folder, by its depth. */
  readonly folder: readonly string[];
  /** Around each tile in high contrast; undefined elsewhere. */
  readonly border: string | undefined;
  readonly fontFamily: string;
  readonly fontSize: number;
  stage(stage: number): GroupColour;
  /** By position among the packages, the biggest first: the first have a colour of their own, the others are grey. */
  package(rank: number): GroupColour;
  /** For what is of no stage or of many. */
  readonly neutral: GroupColour;
}

// Red comes last: it looks like an error. The second value is used when a theme leaves the variable out.
const chartColours = [
  ["--vscode-charts-blue", "#3794ff"],
  ["--vscode-charts-orange", "#d18616"],
  ["--vscode-charts-green", "#89d185"],
  ["--vscode-charts-purple", "#b180d7"],
  ["--vscode-charts-yellow", "#cca700"],
  ["--vscode-charts-red", "#f14c4c"],
] as const;

const black: Rgb = [0, 0, 0];
const white: Rgb = [255, 255, 255];

/** Reads the theme; call again when it changed. */
export function readPalette(): Palette {
  const background = parseColour(themeValue("--vscode-editor-background", "#1f1f1f"), black);
  const text = parseColour(themeValue("--vscode-foreground", "#cccccc"), background);
  const isContrast = isHighContrast();
  const remembering = (rgbOf: (position: number, background: Rgb, text: Rgb) => Rgb) => {
    const made = new Map<number, GroupColour>();
    return (position: number): GroupColour => {
      const colour = made.get(position) ?? groupColour(rgbOf(position, background, text), background, text);
      made.set(position, colour);
      return colour;
    };
  };
  return {
    background: toCss(background),
    text: toCss(text),
    mutedText: toCss(mix(text, background, isContrast ? 1 : 0.72)),
    line: toCss(mix(text, background, 0.25)),
    folder: isContrast
      ? [toCss(background)]
      : [0.13, 0.1, 0.08].map(share => toCss(mix(text, background, share))),
    border: isContrast ? themeValue("--vscode-contrastBorder", toCss(text)) : undefined,
    fontFamily: themeValue("--vscode-font-family", "sans-serif"),
    fontSize: Number.parseInt(themeValue("--vscode-font-size", "13px"), 10) || 13,
    neutral: groupColour(mix(text, background, 0.28), background, text),
    stage: remembering(stageRgb),
    package: remembering(packageRgb),
  };
}

/** So many packages have a colour of their own. */
export const colouredPackages = 2 * chartColours.length;

/** Shares of the text's colour in the greys of the other packages: neighbours in the list differ. */
const greys = [0.5, 0.38, 0.44, 0.32] as const;
const noPackageGrey = 0.2;

function packageRgb(rank: number, background: Rgb, text: Rgb): Rgb {
  if (rank < colouredPackages) return stageRgb(rank, background, text);
  const share = rank === noPackage ? noPackageGrey : (greys[rank % greys.length] ?? greys[0]);
  return mix(text, background, share);
}

function stageRgb(stage: number, background: Rgb, text: Rgb): Rgb {
  if (stage === noStage) return mix(text, background, 0.28);
  const [name, fallback] = chartColours[stage % chartColours.length] ?? chartColours[0];
  const colour = mix(opaqueColour(themeValue(name, fallback), text), background, 0.86);
  // Beyond six stages the colours come again, darker and lighter in turn.
  const round = Math.floor(stage / chartColours.length) % 3;
  return round === 0 ? colour : round === 1 ? mix(colour, text, 0.6) : mix(colour, background, 0.55);
}

function groupColour(fill: Rgb, background: Rgb, text: Rgb): GroupColour {
  const dim = mix(fill, background, 0.22);
  return {
    fill: toCss(fill),
    text: toCss(contrast(fill, black) >= contrast(fill, white) ? black : white),
    dimFill: toCss(dim),
    dimText: toCss(mix(text, dim, 0.55)),
  };
}
