import { connect as connectSocket, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Connects to a unix socket. Rejects with Node's error when nobody listens there. */
export function connect(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket(path);
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

const pollMs = 5;

/** Connects as soon as somebody listens at `path`; gives up when `signal` is aborted. */
export async function connectWhenThere(path: string, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await connect(path);
    } catch {
      await sleep(pollMs, undefined, { signal });
    }
  }
}
