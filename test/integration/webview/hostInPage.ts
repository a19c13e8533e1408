interface Message {
  readonly kind: string;
  readonly id?: number;
  readonly name?: string;
  readonly body?: unknown;
}

export interface HostInPage {
  readonly messages: Message[];
  stored: unknown;
  tell(name: string, body: unknown): void;
  told(name: string): unknown[];
}

/** The globals of the page that the tests reach; DOM types stay out of the tests, which run on Node. */
export interface PageGlobals {
  host: HostInPage;
  acquireVsCodeApi: () => object;
  postMessage(message: unknown, target: string): void;
}

/** Runs in the page before anything else: stands for VS Code's side of the line. */
export function hostInPage(given: { readonly answers: unknown; readonly stored: unknown }): void {
  const page = globalThis as unknown as PageGlobals;
  const revive = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(revive);
    if (typeof value !== "object" || value === null) return value;
    const { class: name, values } = value as { class?: string; values?: number[] };
    const types = { Uint8Array, Uint16Array, Float64Array } as const;
    if (name !== undefined && name in types) return types[name as keyof typeof types].from(values ?? []);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revive(each)]));
  };
  const plain = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (_, each) => (each instanceof Uint8Array ? [...each] : each)) ?? "null");
  const answers = revive(given.answers) as Record<string, unknown>;
  const post = (message: unknown) => page.postMessage(message, "*");
  const host: HostInPage = {
    messages: [],
    stored: given.stored,
    tell: (name, body) => post({ kind: "event", name, body: revive(body) }),
    told: name =>
      host.messages.filter(each => each.kind === "event" && each.name === name).map(each => plain(each.body)),
  };
  page.host = host;
  page.acquireVsCodeApi = () => ({
    postMessage(message: Message) {
      host.messages.push(structuredClone(message));
      if (message.kind !== "request" || message.name === undefined || !(message.name in answers)) return;
      post({ kind: "reply", id: message.id, ok: true, body: answers[message.name] });
    },
    getState: () => host.stored,
    setState(state: unknown) {
      host.stored = structuredClone(state);
    },
  });
}
