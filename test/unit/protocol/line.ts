import type { Port } from "../../../src/shared/protocol/channel.ts";

/** Two ends of a line that copies what is posted, as VS Code does, and delivers at once. */
export function connectedPorts(): [
  Port & { readonly posted: unknown[] },
  Port & { readonly posted: unknown[] },
] {
  const listeners: [Set<(message: unknown) => void>, Set<(message: unknown) => void>] = [
    new Set(),
    new Set(),
  ];
  const end = (own: 0 | 1) => {
    const posted: unknown[] = [];
    return {
      posted,
      post(message: unknown) {
        posted.push(message);
        for (const listener of listeners[own === 0 ? 1 : 0]) listener(structuredClone(message));
      },
      onMessage(listener: (message: unknown) => void) {
        listeners[own].add(listener);
        return () => listeners[own].delete(listener);
      },
    };
  };
  return [end(0), end(1)];
}
