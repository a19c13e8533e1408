import type { Terminal } from "@xterm/xterm";
import type { Store } from "./store.ts";

/** Keeps what is in sight where it is while output flows. */
export class ScrollLock {
  readonly #terminal: Terminal;
  readonly #store: Store;

  constructor(terminal: Terminal, store: Store) {
    this.#terminal = terminal;
    this.#store = store;
    const follow = () => {
      terminal.options.scrollOnUserInput = !store.kept.isLocked;
    };
    store.onChange(follow);
    follow();
  }

  toggle(): void {
    const isLocked = !this.#store.kept.isLocked;
    this.#store.keep({ isLocked });
    if (!isLocked) this.#terminal.scrollToBottom();
  }

  /**
   * Call before a write, and what it returns when the write was parsed. A terminal that was scrolled back stays where
   * it is by itself; one at its end would follow the output.
   */
  hold(): () => void {
    const { active } = this.#terminal.buffer;
    const isAtEnd = active.viewportY === active.baseY;
    if (!this.#store.kept.isLocked || !isAtEnd || active.type === "alternate") return () => undefined;
    const marker = this.#terminal.registerMarker(active.viewportY - active.baseY - active.cursorY);
    return () => {
      if (marker.line >= 0 && this.#store.kept.isLocked) this.#terminal.scrollToLine(marker.line);
      marker.dispose();
    };
  }
}
