import { once } from "node:events";
import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { LocalRegistry } from "../oci/localRegistry.ts";

/**
 * What becomes of a request: passed on (nothing), answered with a status, cut off, or taken half and then left waiting.
 */
export type Fate = { readonly status: number; readonly body: string } | "cut" | "halt" | undefined;

export interface Front {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Resolves when a request was left waiting. */
  readonly halted: Promise<void>;
  close(): Promise<void>;
}

/** Stands before a registry and passes on all requests but those that `fate` says otherwise of. */
export async function openFront(
  registry: LocalRegistry,
  fate: (method: string, path: string) => Fate,
): Promise<Front> {
  let halt = () => {};
  const halted = new Promise<void>(resolve => {
    halt = resolve;
  });
  const server = createServer((incoming, outgoing) => {
    const { method = "GET", headers, url = "/" } = incoming;
    const end = fate(method, url);
    if (end === "halt") {
      let taken = 0;
      incoming.on("data", (piece: Buffer) => {
        taken += piece.length;
        if (taken < 1024 * 1024) return;
        incoming.pause();
        halt();
      });
      return;
    }
    if (end === "cut") return void incoming.once("data", () => incoming.socket.destroy());
    if (end) {
      incoming.resume().on("end", () => {
        outgoing.writeHead(end.status, {
          "Content-Type": end.body.startsWith("{") ? "application/json" : "text/html",
        });
        outgoing.end(end.body);
      });
      return;
    }
    const onward = ask({ host: "127.0.0.1", port: registry.port, path: url, method, headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    halted,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
