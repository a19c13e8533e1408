import type { Socket } from "node:net";
import { jsonLine, jsonLines } from "../jsonLines.ts";
import { type GuardNews, type GuardRequest, readGuardRequest } from "./protocol.ts";

// A client that does not read is not worth more of a guard's time.
const farewellMs = 500;

/** A process that is connected to the guard's socket. */
export interface GuardClient {
  leased: boolean;
  send(news: GuardNews): void;
  /** Resolves when all that was sent is on its way. */
  end(): Promise<void>;
}

/**
 * @param onRequest called with each request that can be understood
 * @param onLost called once, when the connection is gone
 */
export function guardClient(
  socket: Socket,
  onRequest: (request: GuardRequest) => void,
  onLost: () => void,
): GuardClient {
  const read = jsonLines(
    message => {
      const request = readGuardRequest(message);
      if (request) onRequest(request);
    },
    () => socket.destroy(),
  );
  socket.on("data", read);
  socket.on("error", () => socket.destroy());
  socket.once("close", onLost);
  const send = (news: GuardNews): void => {
    if (socket.writable) socket.write(jsonLine(news));
  };
  return {
    leased: false,
    send,
    end() {
      return new Promise(resolve => {
        setTimeout(resolve, farewellMs).unref();
        if (socket.writable) socket.end(resolve);
        else resolve();
      });
    },
  };
}
