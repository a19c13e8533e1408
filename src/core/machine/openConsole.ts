import { open } from "node:fs/promises";
import type { Socket } from "node:net";
import { Failure } from "../failure.ts";
import { connect } from "./connect.ts";
import { type EarlierOutput, historyBytes, SerialConsole } from "./console/serialConsole.ts";

/**
 * Connects to a machine's serial line. What was said before comes from the log, the rest from the line: together
 * every byte once.
 */
export async function openConsole(path: string, logFile: string): Promise<SerialConsole> {
  const socket = await connect(path);
  try {
    const said = await firstNumber(socket);
    const earlier = said === 0 ? { bytes: new Uint8Array(), dropped: 0 } : await endOfLog(logFile, said);
    return new SerialConsole(socket, earlier);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Reads the line with a number that comes first, and not a byte more. */
function firstNumber(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let line = "";
    const gone = (): void => reject(new Failure("machine-ended", "The machine has ended."));
    const read = (): void => {
      for (let byte = socket.read(1); byte !== null; byte = socket.read(1)) {
        if (String(byte) !== "\n") line += String(byte);
        else {
          socket.off("readable", read);
          socket.off("close", gone);
          resolve(Number(line));
          return;
        }
      }
    };
    socket.on("readable", read);
    socket.once("close", gone);
    socket.on("error", () => socket.destroy());
  });
}

/** The end of the first `said` bytes of the log. */
async function endOfLog(path: string, said: number): Promise<EarlierOutput> {
  // A log that somebody removed is no reason to lose the machine.
  const log = await open(path).catch(() => undefined);
  if (!log) return { bytes: new Uint8Array(), dropped: said };
  try {
    const start = Math.max(0, said - historyBytes);
    const { buffer, bytesRead } = await log.read(Buffer.alloc(said - start), 0, said - start, start);
    return { bytes: buffer.subarray(0, bytesRead), dropped: said - bytesRead };
  } finally {
    await log.close();
  }
}
