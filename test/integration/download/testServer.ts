import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";

/** A server on this machine and what it was asked. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly requests: IncomingMessage[];
  /** Decides what the next requests get. */
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

/** Starts a server that answers 404 until told otherwise; with a certificate it speaks https. */
export async function startServer(certificate?: { key: Buffer; cert: Buffer }): Promise<TestServer> {
  const listener: RequestListener = (request, response) => {
    test.requests.push(request);
    test.answer(request, response);
  };
  const server: Server = certificate ? createSecureServer(certificate, listener) : createServer(listener);
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const test: TestServer = {
    url: `${certificate ? "https" : "http"}://127.0.0.1:${port}`,
    port,
    requests: [],
    answer: (_, response) => response.writeHead(404).end(),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return test;
}

export interface Serving {
  readonly etag?: string;
  readonly lastModified?: string;
  /** Ends the connection after this many bytes of body. */
  readonly cutAfter?: number;
  readonly ignoreRange?: boolean;
}

/** Answers like a good web server (ranges, conditions), with the faults asked for. */
export function serve(body: Buffer, { etag, lastModified, cutAfter, ignoreRange }: Serving = {}) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const condition = request.headers["if-range"];
    const fits = condition === undefined || condition === etag || condition === lastModified;
    const partial = start > 0 && fits && !ignoreRange;
    if (etag) response.setHeader("etag", etag);
    if (lastModified) response.setHeader("last-modified", lastModified);
    if (partial && start >= body.length) {
      response.writeHead(416, { "content-range": `bytes */${body.length}` }).end();
      return;
    }
    const rest = partial ? body.subarray(start) : body;
    response.setHeader("content-length", rest.length);
    if (partial) response.setHeader("content-range", `bytes ${start}-${body.length - 1}/${body.length}`);
    response.writeHead(partial ? 206 : 200);
    if (cutAfter === undefined || cutAfter >= rest.length) response.end(rest);
    else response.write(rest.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 20));
  };
}
