import type { ITheme } from "@xterm/xterm";
import { parseColour, type Rgb, toHex } from "../common/colours.ts";
import { themeValue } from "../common/theme.ts";

const black: Rgb = [0, 0, 0];

const ansi = [
  "black",
  "red",
  "green",
  "yellow",
  "blue",
  "magenta",
  "cyan",
  "white",
  "brightBlack",
  "brightRed",
  "brightGreen",
  "brightYellow",
  "brightBlue",
  "brightMagenta",
  "brightCyan",
  "brightWhite",
] as const;

export interface TerminalLook {
  readonly theme: ITheme;
  readonly fontFamily: string;
  readonly fontSize: number;
  /** For the matches of a search, `#rrggbb`. */
  readonly match: { readonly ground: string; readonly activeGround: string; readonly border: string };
}

/** How VS Code's own terminal looks in the theme in use. */
export function readTerminalLook(): TerminalLook {
  const ground = themeValue("--vscode-panel-background", themeValue("--vscode-editor-background", "#1f1f1f"));
  const background = parseColour(themeValue("--vscode-terminal-background", ground), black);
  const foreground = themeValue("--vscode-terminal-foreground", themeValue("--vscode-foreground", "#cccccc"));
  const colour = (name: `--${string}`, fallback: string) =>
    toHex(parseColour(themeValue(name, fallback), background));
  const theme: ITheme = {
    background: toHex(background),
    foreground: toHex(parseColour(foreground, background)),
    cursor: colour("--vscode-terminalCursor-foreground", foreground),
    cursorAccent: colour("--vscode-terminalCursor-background", toHex(background)),
    selectionBackground: themeValue("--vscode-terminal-selectionBackground", "#264f78"),
    selectionInactiveBackground: themeValue(
      "--vscode-terminal-inactiveSelectionBackground",
      themeValue("--vscode-terminal-selectionBackground", "#264f78"),
    ),
    ...optional("selectionForeground", themeValue("--vscode-terminal-selectionForeground", "")),
    scrollbarSliderBackground: themeValue("--vscode-scrollbarSlider-background", "#79797966"),
    scrollbarSliderHoverBackground: themeValue("--vscode-scrollbarSlider-hoverBackground", "#646464b3"),
    scrollbarSliderActiveBackground: themeValue("--vscode-scrollbarSlider-activeBackground", "#bfbfbf66"),
    ...Object.fromEntries(
      ansi.map(name => [
        name,
        themeValue(`--vscode-terminal-ansi${name[0]?.toUpperCase()}${name.slice(1)}`, ""),
      ]),
    ),
  };
  const border = themeValue("--vscode-terminal-findMatchBorder", "");
  return {
    theme: withoutEmpty(theme),
    fontFamily: themeValue("--vscode-editor-font-family", "monospace"),
    fontSize: Number.parseInt(themeValue("--vscode-editor-font-size", "14px"), 10) || 14,
    match: {
      ground: colour(
        "--vscode-terminal-findMatchHighlightBackground",
        border === "" ? "#ea5c0055" : toHex(background),
      ),
      activeGround: colour(
        "--vscode-terminal-findMatchBackground",
        border === "" ? "#9e6a03" : toHex(background),
      ),
      border: border === "" ? "" : toHex(parseColour(border, background)),
    },
  };
}

function optional(name: "selectionForeground", value: string): ITheme {
  return value === "" ? {} : { [name]: value };
}

// An empty text would make xterm fall back to black; an absent one to its own default.
function withoutEmpty(theme: ITheme): ITheme {
  return Object.fromEntries(Object.entries(theme).filter(([, value]) => value !== ""));
}
