import type { Unsubscribe } from "../../src/shared/protocol/channel.ts";

/** The value of a theme variable such as `--vscode-charts-blue`; `fallback` when the theme does not set it. */
export function themeValue(name: `--${string}`, fallback: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || fallback;
}

export function isHighContrast(): boolean {
  return /\bvscode-high-contrast\b/.test(document.body.className);
}

/** True when the person asked the system for less motion, or VS Code for none. */
export function wantsLessMotion(): boolean {
  return (
    document.body.classList.contains("vscode-reduce-motion") ||
    matchMedia("(prefers-reduced-motion: reduce)").matches
  );
}

/** Calls back after VS Code changed the theme: it rewrites variables on <html>, then classes on <body>. */
export function onThemeChange(listener: () => void): Unsubscribe {
  let isDue = false;
  const observer = new MutationObserver(() => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      listener();
    });
  });
  observer.observe(document.documentElement, { attributeFilter: ["style", "class"] });
  observer.observe(document.body, { attributeFilter: ["class", "data-vscode-theme-kind"] });
  return () => observer.disconnect();
}
