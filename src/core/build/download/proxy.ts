import { type RequestOptions as HttpOptions, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Failure } from "../../failure.ts";
import { Broken, silent } from "./broken.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** What a request needs to be sent through a proxy; empty for a straight one. */
export interface Route {
  readonly connection?: HttpOptions;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The proxy that `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` (in either case) choose for `url`. */
export function proxyFor(url: URL, env: Env): URL | undefined {
  const variable = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined;
  if (excluded(url, variable("NO_PROXY") ?? "")) return undefined;
  const name = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const text = variable(name) ?? variable("ALL_PROXY");
  if (text === undefined) return undefined;
  const full = text.includes("://") ? text : `http://${text}`;
  const proxy = URL.canParse(full) ? new URL(full) : undefined;
  if (proxy?.protocol === "http:" || proxy?.protocol === "https:") return proxy;
  throw new Failure("proxy-refused", `The proxy in ${name} cannot be used: it is no http or https URL.`, {
    advice: "Set it to http://host:port, or unset it.",
  });
}

function excluded(url: URL, list: string): boolean {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const host = hostOf(url);
  return list
    .split(/[\s,]+/)
    .filter(item => item !== "")
    .some(item => {
      if (item === "*") return true;
      const [, name = "", itemPort] = /^(.*?)(?::(\d+))?$/.exec(item) ?? [];
      const bare = (isIP(item) ? item : name).replace(/^\*?\./, "").toLowerCase();
      if (!isIP(item) && itemPort !== undefined && itemPort !== port) return false;
      return host === bare || (!isIP(host) && host.endsWith(`.${bare}`));
    });
}

/** The host as sockets want it: an IPv6 address without its brackets. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/** Prepares the way to `url`: a tunnel for https; for http the proxy is asked for the whole URL. @throws Broken. */
export async function routeThrough(
  proxy: URL,
  url: URL,
  options: { readonly signal: AbortSignal; readonly idleMs: number },
): Promise<Route> {
  const headers = authorization(proxy);
  if (url.protocol === "http:") {
    const target = new URL(url);
    target.username = "";
    target.password = "";
    target.hash = "";
    const port = proxy.port || (proxy.protocol === "https:" ? 443 : 80);
    return { connection: { ...plainConnection(proxy, Number(port)), path: target.href }, headers };
  }
  const socket = await tunnel(proxy, url, headers, options);
  const servername = isIP(hostOf(url)) ? {} : { servername: url.hostname };
  return { connection: { createConnection: () => connectTls({ socket, ...servername }) } };
}

function plainConnection(proxy: URL, port: number): HttpOptions {
  if (proxy.protocol === "http:") return { hostname: hostOf(proxy), port };
  return { createConnection: () => connectTls({ host: hostOf(proxy), port, servername: proxy.hostname }) };
}

function tunnel(
  proxy: URL,
  url: URL,
  headers: Readonly<Record<string, string>>,
  { signal, idleMs }: { readonly signal: AbortSignal; readonly idleMs: number },
): Promise<Socket> {
  const authority = `${url.hostname}:${url.port || 443}`;
  return new Promise((resolve, reject) => {
    const start = proxy.protocol === "https:" ? httpsRequest : httpRequest;
    const asked = start({
      hostname: hostOf(proxy),
      port: proxy.port,
      method: "CONNECT",
      path: authority,
      agent: false,
      signal,
      headers: { host: authority, ...headers },
    });
    asked.setTimeout(idleMs, () => asked.destroy(silent(`the proxy ${proxy.host}`, idleMs)));
    asked.on("error", reject);
    asked.on("connect", (response, socket: Socket) => {
      const { statusCode = 0, statusMessage = "" } = response;
      if (statusCode === 200) return resolve(socket.setTimeout(0));
      socket.destroy();
      const why = `the proxy ${proxy.host} answers ${statusCode} (${statusMessage})`;
      reject(new Broken(why, { passing: statusCode >= 500, status: statusCode }));
    });
    asked.end();
  });
}

function authorization(proxy: URL): Record<string, string> {
  if (proxy.username === "") return {};
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(user).toString("base64")}` };
}
