import type { ReplyEnvelope } from "./envelope.ts";

export interface RequestOptions {
  /** Milliseconds until the request is given up; default 10,000. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Pending {
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

/** Requests that were sent and not answered yet. */
export class PendingRequests {
  readonly #pending = new Map<number, Pending>();
  // VS Code may load a page twice when its window opens: the second must not take the first one's answer for its own.
  #lastId = Math.floor(Math.random() * 2 ** 40);

  /** Registers a request; `answer` settles with the reply, the timeout or the abort, whichever is first. */
  add(name: string, { timeout = 10_000, signal }: RequestOptions): { id: number; answer: Promise<unknown> } {
    const id = ++this.#lastId;
    const answer = new Promise<unknown>((resolve, reject) => {
      const abort = () => settle(() => reject(signal?.reason));
      const timer = setTimeout(() => {
        settle(() => reject(new Error(`"${name}" was not answered within ${timeout / 1000} s.`)));
      }, timeout);
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        this.#pending.delete(id);
        finish();
      };
      this.#pending.set(id, {
        resolve: result => settle(() => resolve(result)),
        reject: reason => settle(() => reject(reason)),
      });
      if (signal?.aborted) abort();
      else signal?.addEventListener("abort", abort);
    });
    return { id, answer };
  }

  /** False when nobody waits for this reply. */
  settle(reply: ReplyEnvelope): boolean {
    const pending = this.#pending.get(reply.id);
    if (reply.ok) pending?.resolve(reply.body);
    else pending?.reject(new Error(reply.message));
    return pending !== undefined;
  }

  rejectAll(reason: Error): void {
    for (const pending of [...this.#pending.values()]) pending.reject(reason);
  }
}
