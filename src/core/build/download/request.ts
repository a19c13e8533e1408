import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { Broken, explainConnection, silent } from "./broken.ts";
import { proxyFor, type Route, routeThrough } from "./proxy.ts";
import { checkUrl } from "./url.ts";

const mostRedirects = 10;

export interface RequestOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which the other side counts as dead. */
  readonly idleMs: number;
  /** What comes will be checked against a digest, so that redirects may lead to plain http. */
  readonly pinned: boolean;
}

/** What a server answered, redirects already followed. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingHttpHeaders;
  /** @throws Broken when the connection ends before the body does. */
  body(): AsyncGenerator<Uint8Array>;
  /** Ends the connection; needed also when the body was not read. */
  close(): void;
}

/**
 * Asks for `url` on a connection of its own, through the proxy that the environment names. Node's fetch knows
 * neither proxies (in Node 20) nor a limit for silence, so this stands on node:http.
 * @throws Broken; Failure `url-refused` for a redirect to what checkUrl() does not take.
 */
export async function request(
  url: URL,
  headers: Readonly<Record<string, string>>,
  options: RequestOptions,
): Promise<Answer> {
  let at = url;
  for (let count = 0; count <= mostRedirects; count++) {
    const answer = await askOnce(at, headers, options);
    const location = [301, 302, 303, 307, 308].includes(answer.status) ? answer.headers.location : undefined;
    if (location === undefined) return answer;
    answer.close();
    if (!URL.canParse(location, at.href)) throw new Broken("a redirect leads nowhere", { passing: false });
    at = checkUrl(new URL(location, at).href, options.pinned);
  }
  throw new Broken(`it redirects more than ${mostRedirects} times`, { passing: false });
}

async function askOnce(
  url: URL,
  headers: Readonly<Record<string, string>>,
  options: RequestOptions,
): Promise<Answer> {
  const proxy = proxyFor(url, options.env);
  const said = (about: URL) => (error: unknown) => {
    options.signal.throwIfAborted();
    throw explainConnection(about, error);
  };
  const route = proxy ? await routeThrough(proxy, url, options).catch(said(proxy)) : {};
  const other = proxy && url.protocol === "http:" ? proxy : url;
  return send(url, headers, options, route).catch(said(other));
}

function send(
  url: URL,
  headers: Readonly<Record<string, string>>,
  { signal, idleMs }: RequestOptions,
  route: Route,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const all = {
      host: url.host,
      "user-agent": "whittle",
      // The digest is that of the file as it is stored, not of some encoding made for the way.
      "accept-encoding": "identity",
      ...route.headers,
      ...headers,
    };
    // A connection that is made for this request alone is only taken when no agent is given at all.
    const ours = route.connection?.createConnection ? {} : { agent: false };
    const given = { ...ours, signal, headers: all, ...route.connection };
    const sent = url.protocol === "https:" ? httpsRequest(url, given) : httpRequest(url, given);
    let response: IncomingMessage | undefined;
    sent.setTimeout(idleMs, () => (response ?? sent).destroy(silent(url.host, idleMs)));
    sent.on("error", reject);
    sent.on("response", got => {
      response = got;
      resolve(answerOf(url, got, signal));
    });
    sent.end();
  });
}

function answerOf(url: URL, response: IncomingMessage, signal: AbortSignal): Answer {
  // An error between two reads must not count as unhandled; whoever reads on sees it.
  response.on("error", () => {});
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? "",
    headers: response.headers,
    async *body() {
      try {
        yield* response;
      } catch (error) {
        signal.throwIfAborted();
        throw explainConnection(url, error);
      }
    },
    close: () => response.destroy(),
  };
}
