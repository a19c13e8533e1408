import { mkdirSync, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { qemuArgs } from "../qemuArgs.ts";
import {
  folderPrefix,
  machineId,
  type RuntimePaths,
  removeRuntimeFolder,
  runtimePaths,
  scratchFolder,
} from "../runtimeFolder.ts";
import { type GuardClient, guardClient } from "./guardClient.ts";
import type { GuardAnswer, GuardOrder, GuardRequest } from "./protocol.ts";
import { QemuProcess } from "./qemuProcess.ts";
import { SerialRelay } from "./serialRelay.ts";

/**
 * Owns QEMU and the folder of one machine, and ends with them. Whoever holds a lease wants the machine to live; when
 * the last one is gone without a word, its process was killed, and the machine goes too.
 */
export class Guard {
  readonly answer: GuardAnswer;
  readonly #paths: RuntimePaths;
  readonly #scratch: string;
  readonly #server: Server;
  readonly #qemu: QemuProcess;
  readonly #serial: SerialRelay;
  readonly #clients = new Set<GuardClient>();
  /** Somebody has had a lease, or nobody will. */
  #settled = false;
  #settle: () => void = () => {};
  #stop: () => void = () => {};
  readonly #stopped = new Promise<void>(resolve => (this.#stop = resolve));
  #asked = false;
  #ready: number | undefined;
  #exited = false;
  #waiting: NodeJS.Timeout | undefined;

  private constructor(
    paths: RuntimePaths,
    scratch: string,
    server: Server,
    serial: SerialRelay,
    qemu: QemuProcess,
    startedAt: number,
  ) {
    this.#paths = paths;
    this.#scratch = scratch;
    this.#server = server;
    this.#serial = serial;
    this.#qemu = qemu;
    this.answer = { folder: paths.folder, pid: qemu.pid, startedAt };
    server.on("connection", socket => {
      const client = guardClient(
        socket,
        request => this.#serve(client, request),
        () => this.#lost(client),
      );
      this.#clients.add(client);
      client.send({ is: "hello", leased: this.#leases() > 0 });
    });
  }

  /** Makes the folder and starts QEMU in it. */
  static async start(order: GuardOrder): Promise<Guard> {
    const paths = runtimePaths(mkdtempSync(join(order.parent, folderPrefix)));
    const scratch = makeScratchFolder(paths.folder);
    try {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject).listen(paths.guard, resolve);
      });
      const serial = await SerialRelay.open(paths, order.spec.logFile);
      const startedAt = Date.now();
      const qemu = await QemuProcess.start(order, qemuArgs(order.spec, { ...order, paths }), scratch);
      const { spec, accelerator } = order;
      const record = { format: 1, spec, accelerator, pid: qemu.pid, startedAt, guard: process.pid };
      writeFileSync(`${paths.record}.new`, JSON.stringify(record));
      renameSync(`${paths.record}.new`, paths.record);
      return new Guard(paths, scratch, server, serial, qemu, startedAt);
    } catch (error) {
      removeRuntimeFolder(scratch);
      removeRuntimeFolder(paths.folder);
      throw error;
    }
  }

  /** Resolves when QEMU has ended, the folder is gone and every client was told and has its last bytes. */
  async ended(): Promise<void> {
    const exit = await this.#qemu.exit;
    this.#exited = true;
    // QEMU may end sooner than its first client gets to connect; that client wants to know why.
    await this.#firstLease();
    clearTimeout(this.#waiting);
    await this.#serial.finish();
    removeRuntimeFolder(this.#scratch);
    removeRuntimeFolder(this.#paths.folder);
    this.#server.close();
    for (const client of this.#clients) client.send({ is: "exited", ...exit, asked: this.#asked });
    await Promise.race([this.#serial.farewell(), this.#stopped]);
    await Promise.all([...this.#clients].map(each => each.end()));
  }

  /** The process that gave the order is gone. */
  ordererGone(): void {
    if (!this.#settled) this.stop();
  }

  stop(): void {
    this.#stop();
    this.#setSettled();
    this.#qemu.kill();
  }

  #setSettled(): void {
    this.#settled = true;
    this.#settle();
  }

  #firstLease(): Promise<void> {
    return new Promise(resolve => {
      this.#settle = resolve;
      if (this.#settled) resolve();
    });
  }

  #leases(): number {
    return [...this.#clients].filter(each => each.leased).length;
  }

  #serve(client: GuardClient, request: GuardRequest): void {
    if (request.do === "stop") {
      this.#asked = true;
      this.stop();
    } else if (request.do === "handOver") this.#handOver(client, request.seconds, request.ready);
    else if (this.#leases() > 0) client.send({ is: "busy" });
    else this.#lease(client);
  }

  // QEMU's sockets take one client each, so a machine has one lease at a time.
  #lease(client: GuardClient): void {
    clearTimeout(this.#waiting);
    client.leased = true;
    client.send({ is: "leased", ready: this.#ready });
    this.#setSettled();
  }

  #handOver(client: GuardClient, seconds: number, ready: number | undefined): void {
    if (!client.leased) return;
    client.leased = false;
    this.#ready = ready;
    this.#waiting = setTimeout(() => this.stop(), seconds * 1000);
    client.send({ is: "handedOver" });
  }

  #lost(client: GuardClient): void {
    this.#clients.delete(client);
    if (client.leased && !this.#exited) this.stop();
  }
}

/** @returns the machine's own folder where no other can be made */
function makeScratchFolder(folder: string): string {
  const path = scratchFolder(process.env, machineId(folder));
  try {
    mkdirSync(path, { mode: 0o700 });
    return path;
  } catch {
    return folder;
  }
}
