import { type Envelope, isEnvelope, type ReplyEnvelope, type RequestEnvelope } from "./envelope.ts";
import type { Guard, Guarded } from "./guards.ts";
import { PendingRequests, type RequestOptions } from "./pendingRequests.ts";

export type Unsubscribe = () => void;

/** Something that carries messages both ways: a webview as the host sees it, or the host as a webview sees it. */
export interface Port {
  /** `transfer`: buffers that may be moved instead of copied, where the carrier can. */
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): Unsubscribe;
}

/** What travels in one direction: the guards are the types. */
export interface Direction {
  readonly events: Readonly<Record<string, Guard<unknown>>>;
  readonly requests: Readonly<
    Record<string, { readonly params: Guard<unknown>; readonly result: Guard<unknown> }>
  >;
}

type EventName<D extends Direction> = keyof D["events"] & string;
type EventBody<D extends Direction, N extends EventName<D>> = Guarded<D["events"][N]>;
type RequestName<D extends Direction> = keyof D["requests"] & string;
type Params<D extends Direction, N extends RequestName<D>> = Guarded<D["requests"][N]["params"]>;
type Result<D extends Direction, N extends RequestName<D>> = Guarded<D["requests"][N]["result"]>;

export interface ChannelOptions<In extends Direction> {
  /** Told about every message that was dropped, and why; one sentence. */
  readonly report: (problem: string) => void;
  /**
   * Name of the request with which the other side says that it listens. Events sent before it was answered wait,
   * and follow the answer in order.
   */
  readonly opensWith?: RequestName<In>;
}

/**
 * One end of a typed two-way line between host and webview: events (no answer) and requests (answered, or failed, or
 * timed out). Both ends use this class with the directions swapped. Every incoming message is checked; what is
 * unknown or malformed is reported and dropped.
 */
export class Channel<Out extends Direction, In extends Direction> {
  readonly #port: Port;
  readonly #outgoing: Out;
  readonly #incoming: In;
  readonly #options: ChannelOptions<In>;
  readonly #listeners = new Map<string, Set<(body: unknown) => void>>();
  readonly #handlers = new Map<string, (params: unknown) => unknown>();
  readonly #pending = new PendingRequests();
  readonly #stopListening: Unsubscribe;
  #held: { message: Envelope; transfer: readonly ArrayBuffer[] | undefined }[] | undefined;

  constructor(port: Port, outgoing: Out, incoming: In, options: ChannelOptions<In>) {
    this.#port = port;
    this.#outgoing = outgoing;
    this.#incoming = incoming;
    this.#options = options;
    this.#held = options.opensWith === undefined ? undefined : [];
    this.#stopListening = port.onMessage(message => this.#receive(message));
  }

  /** Sends an event; `transfer` lists buffers inside `body` that the sender no longer needs. */
  send<N extends EventName<Out>>(name: N, body: EventBody<Out, N>, transfer?: readonly ArrayBuffer[]): void {
    const message = { kind: "event", name, body } as const;
    if (this.#held) this.#held.push({ message, transfer });
    else this.#port.post(message, transfer);
  }

  /** Sets a listener for an event of the other side. */
  on<N extends EventName<In>>(name: N, listener: (body: EventBody<In, N>) => void): Unsubscribe {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set.add(listener as (body: unknown) => void));
    return () => set.delete(listener as (body: unknown) => void);
  }

  /**
   * Asks the other side. Rejects with its error message, on timeout (default 10 s), on abort, and when the channel is
   * disposed.
   */
  async request<N extends RequestName<Out>>(
    name: N,
    params: Params<Out, N>,
    options: RequestOptions = {},
  ): Promise<Result<Out, N>> {
    const guard = this.#outgoing.requests[name]?.result;
    const { id, answer } = this.#pending.add(name, options);
    this.#port.post({ kind: "request", id, name, body: params });
    const result = await answer;
    if (guard?.(result)) return result as Result<Out, N>;
    throw new Error(`The answer to "${name}" does not have the agreed form.`);
  }

  /** Answers a request. The answer goes out in the same turn when `handler` returns no promise. */
  handle<N extends RequestName<In>>(
    name: N,
    handler: (params: Params<In, N>) => Result<In, N> | Promise<Result<In, N>>,
  ): void {
    this.#handlers.set(name, handler as (params: unknown) => unknown);
  }

  dispose(): void {
    this.#stopListening();
    this.#listeners.clear();
    this.#handlers.clear();
    this.#pending.rejectAll(new Error("The channel was closed."));
  }

  #receive(message: unknown): void {
    if (!isEnvelope(message)) {
      this.#options.report("A message without the form of the protocol was dropped.");
    } else if (message.kind === "event") {
      this.#receiveEvent(message.name, message.body);
    } else if (message.kind === "request") {
      this.#receiveRequest(message);
    } else if (!this.#pending.settle(message)) {
      this.#options.report(`An answer that nobody waits for (${message.id}) was dropped.`);
    }
  }

  #receiveEvent(name: string, body: unknown): void {
    const guard = own(this.#incoming.events, name);
    if (guard?.(body)) {
      for (const listener of this.#listeners.get(name) ?? []) listener(body);
    } else {
      this.#options.report(`The ${guard ? "malformed" : "unknown"} event "${name}" was dropped.`);
    }
  }

  #receiveRequest(request: RequestEnvelope): void {
    const { name, body } = request;
    const guards = own(this.#incoming.requests, name);
    const handler = this.#handlers.get(name);
    if (!guards || !handler) {
      this.#refuse(request, `The unknown request "${name}" was refused.`);
    } else if (guards.params(body)) {
      this.#answer(request, handler);
    } else {
      this.#refuse(request, `The malformed request "${name}" was refused.`);
    }
  }

  #answer(request: RequestEnvelope, handler: (params: unknown) => unknown): void {
    const { id, name, body } = request;
    const reply = (result: unknown) => {
      this.#port.post({ kind: "reply", id, ok: true, body: result } satisfies ReplyEnvelope);
      if (name === this.#options.opensWith) this.#open();
    };
    const fail = (error: unknown) => this.#refuse(request, `"${name}" failed: ${messageOf(error)}`);
    try {
      const result = handler(body);
      if (result instanceof Promise) result.then(reply, fail);
      else reply(result);
    } catch (error) {
      fail(error);
    }
  }

  #refuse({ id }: RequestEnvelope, message: string): void {
    this.#options.report(message);
    this.#port.post({ kind: "reply", id, ok: false, message } satisfies ReplyEnvelope);
  }

  #open(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const { message, transfer } of held) this.#port.post(message, transfer);
  }
}

// A message must not reach what every object inherits ("constructor", "__proto__").
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
