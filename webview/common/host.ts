import type { Port } from "../../src/shared/protocol/channel.ts";

interface VsCodeApi {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

/** The line to the extension host. */
export const hostPort: Port = {
  post: (message, transfer) => api.postMessage(message, transfer),
  onMessage(listener) {
    const receive = (event: MessageEvent<unknown>) => listener(event.data);
    window.addEventListener("message", receive);
    return () => window.removeEventListener("message", receive);
  },
};

/** What this page stored before it was hidden or reloaded; fields that are not there or of another type are left out. */
export function loadState<T extends object>(defaults: T): T {
  const stored = api.getState();
  if (typeof stored !== "object" || stored === null) return defaults;
  const known = Object.entries(defaults).map(([key, fallback]) => {
    const value = (stored as Record<string, unknown>)[key];
    return [key, typeof value === typeof fallback ? value : fallback];
  });
  return Object.fromEntries(known) as T;
}

/** Keeps `state` for as long as the view or panel exists. */
export function storeState(state: object): void {
  api.setState(state);
}

/** Problems with messages are defects, not the person's business; they go to the developer tools. */
export function reportProblem(problem: string): void {
  // biome-ignore lint/suspicious/noConsole: a webview has no other log
  console.warn(problem);
}
