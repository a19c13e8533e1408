import type { Socket } from "node:net";
import { Failure } from "../failure.ts";
import { connect } from "./connect.ts";
import { SerialConsole } from "./console/serialConsole.ts";

/** Connects to a machine's serial line. The guard first hands over what was said before: together every byte once. */
export async function openConsole(path: string): Promise<SerialConsole> {
  const socket = await connect(path);
  try {
    const read = pausedReader(socket);
    let line = "";
    for (let byte = await read(1); String(byte) !== "\n"; byte = await read(1)) line += String(byte);
    const [dropped = 0, length = 0] = line.split(" ").map(Number);
    return new SerialConsole(socket, {
      bytes: length === 0 ? new Uint8Array() : await read(length),
      dropped,
    });
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Reads just so many bytes, and leaves all that comes behind them in the socket. */
function pausedReader(socket: Socket): (count: number) => Promise<Buffer> {
  socket.on("error", () => socket.destroy());
  return async count => {
    const parts: Buffer[] = [];
    for (let missing = count; missing > 0; ) {
      const part = socket.read(Math.min(missing, Math.max(1, socket.readableLength))) as Buffer | null;
      if (part) {
        parts.push(part);
        missing -= part.length;
      } else await readable(socket);
    }
    return Buffer.concat(parts);
  };
}

function readable(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = (): void => {
      socket.off("readable", ready);
      reject(new Failure("machine-ended", "The machine has ended."));
    };
    const ready = (): void => {
      socket.off("close", gone);
      resolve();
    };
    if (socket.destroyed) gone();
    else socket.once("close", gone).once("readable", ready);
  });
}
