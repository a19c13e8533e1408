import { createServer, type Server, type Socket } from "node:net";
import { HistoryRing, historyBytes } from "../console/historyRing.ts";
import type { RuntimePaths } from "../runtimeFolder.ts";
import { CappedLog } from "./cappedLog.ts";

// How long a slow reader gets for the last bytes of a machine that has ended; the log has them anyway.
const lastBytesMs = 10_000;

/**
 * Stands between QEMU's serial line and the one process that shows it: writes the log, and holds back the guest while
 * that process does not read. QEMU could write a log by itself, but repeats in it every byte that it had to wait with.
 */
export class SerialRelay {
  readonly #log: CappedLog;
  readonly #servers: readonly Server[];
  readonly #qemuGone: Promise<void>;
  #qemu: Socket | undefined;
  #client: Socket | undefined;
  /** The last of what the machine has said, for who comes later. */
  readonly #history = new HistoryRing(historyBytes);
  #over = false;

  private constructor(log: CappedLog, forQemu: Server, forClients: Server) {
    this.#log = log;
    this.#servers = [forQemu, forClients];
    forClients.on("connection", client => this.#serve(client));
    this.#qemuGone = new Promise(resolve => {
      forQemu.once("connection", qemu => {
        this.#qemu = qemu;
        qemu.on("error", () => qemu.destroy());
        qemu.on("data", (bytes: Buffer) => this.#relay(bytes));
        qemu.once("close", () => resolve());
      });
    });
  }

  /** Listens where QEMU and clients connect, and empties the log. */
  static async open(paths: RuntimePaths, logFile: string): Promise<SerialRelay> {
    const log = openLog(logFile);
    return new SerialRelay(log, await listen(paths.uart), await listen(paths.serial));
  }

  /** QEMU has ended: resolves when the log is complete. */
  async finish(): Promise<void> {
    for (const server of this.#servers) server.close();
    this.#over = true;
    // What QEMU left in its socket is little: take it all, whether a client reads or not.
    this.#qemu?.resume();
    if (this.#qemu) await this.#qemuGone;
    this.#log.close();
  }

  /** Resolves when the client has read the last byte, or has had long enough. */
  async farewell(): Promise<void> {
    const client = this.#client;
    if (!client || client.destroyed) return;
    await new Promise<void>(resolve => {
      client.once("close", () => resolve());
      client.end(() => resolve());
      setTimeout(resolve, lastBytesMs);
    });
  }

  #relay(bytes: Buffer): void {
    this.#history.push(bytes);
    this.#log.write(bytes);
    if (this.#client?.writable && !this.#client.write(bytes) && !this.#over) this.#qemu?.pause();
  }

  /**
   * The first line says how much was said before what follows, and how much of what follows was said before as well: the log
   * may have lost it already.
   */
  #serve(client: Socket): void {
    this.#client?.destroy();
    this.#client = client;
    const earlier = this.#history.read();
    client.write(`${this.#history.dropped} ${earlier.length}\n`);
    client.write(earlier);
    client.on("error", () => client.destroy());
    client.on("drain", () => this.#qemu?.resume());
    client.once("close", () => this.#qemu?.resume());
    client.on("data", (bytes: Buffer) => {
      if (!this.#qemu?.writable || this.#qemu.write(bytes)) return;
      client.pause();
      this.#qemu.once("drain", () => client.resume());
    });
  }
}

function openLog(path: string): CappedLog {
  try {
    return new CappedLog(path);
  } catch (error) {
    throw new Error(
      `the console's log file cannot be written: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function listen(path: string): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(path, () => resolve(server));
  });
}
