import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebglAddon } from "@xterm/addon-webgl";
import { Terminal } from "@xterm/xterm";
import { onThemeChange } from "../common/theme.ts";
import { readTerminalLook, type TerminalLook } from "./terminalTheme.ts";

export interface ConsoleTerminal {
  readonly terminal: Terminal;
  readonly search: SearchAddon;
  /** Takes the size of the holder now; what is at its end stays there. */
  takeSize(): void;
  /** As the theme in use has it. */
  look(): TerminalLook;
}

/** Opens a terminal that fills `holder` and follows VS Code's theme, fonts and screen reader mode. */
export function openTerminal(holder: HTMLElement): ConsoleTerminal {
  let look = readTerminalLook();
  const terminal = new Terminal({
    // For the widths of Unicode 11; the rest of what it allows is not used.
    allowProposedApi: true,
    cursorBlink: true,
    minimumContrastRatio: 4.5,
    scrollback: 10_000,
    // Many fonts of Linux draw the underscore below their line; VS Code's terminal makes room for it as well.
    lineHeight: navigator.platform.startsWith("Linux") ? 1.1 : 1,
    theme: look.theme,
    fontFamily: look.fontFamily,
    fontSize: look.fontSize,
    screenReaderMode: usesScreenReader(),
  });
  const fitting = new FitAddon();
  const search = new SearchAddon({ highlightLimit: 1000 });
  terminal.loadAddon(fitting);
  terminal.loadAddon(search);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  terminal.open(holder);
  drawOnGraphicsCard(terminal);
  const takeSize = () => {
    if (holder.clientWidth === 0 || holder.clientHeight === 0) return;
    const { baseY, viewportY } = terminal.buffer.active;
    fitting.fit();
    if (viewportY === baseY) terminal.scrollToBottom();
  };
  new ResizeObserver(takeSize).observe(holder);
  onThemeChange(() => {
    look = readTerminalLook();
    const { theme, fontFamily, fontSize } = look;
    Object.assign(terminal.options, { theme, fontFamily, fontSize, screenReaderMode: usesScreenReader() });
    takeSize();
  });
  return { terminal, search, takeSize, look: () => look };
}

function usesScreenReader(): boolean {
  return document.body.classList.contains("vscode-using-screen-reader");
}

/**
 * Draws by WebGL where a graphics card does it: emulated on the processor it is slower than drawing with elements,
 * which xterm does by default and falls back to when the context is lost.
 */
function drawOnGraphicsCard(terminal: Terminal): void {
  if (!hasGraphicsCard()) return;
  const addon = new WebglAddon();
  addon.onContextLoss(() => addon.dispose());
  try {
    terminal.loadAddon(addon);
  } catch {
    addon.dispose();
  }
}

function hasGraphicsCard(): boolean {
  const probe = document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  if (!probe) return false;
  const info = probe.getExtension("WEBGL_debug_renderer_info");
  const renderer: unknown = info ? probe.getParameter(info.UNMASKED_RENDERER_WEBGL) : "";
  probe.getExtension("WEBGL_lose_context")?.loseContext();
  return !/swiftshader|llvmpipe|software|basic render/i.test(String(renderer));
}
