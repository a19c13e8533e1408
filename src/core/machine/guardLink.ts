import type { Socket } from "node:net";
import { Failure } from "../failure.ts";
import { connect } from "./connect.ts";
import { type GuardNews, type GuardRequest, type QemuExit, readGuardNews } from "./guard/protocol.ts";
import { jsonLine, jsonLines } from "./jsonLines.ts";

/** How a machine ended, as the guard told it; undefined when the guard itself went without a word. */
export type GuardEnd = QemuExit | undefined;

/** A connection to a machine's guard. */
export class GuardLink {
  /** Whether somebody else had the machine when we connected. */
  readonly leased: boolean;
  /** Resolves when QEMU has ended and its folder is gone, or the guard was killed. */
  readonly ended: Promise<GuardEnd>;
  /** Resolves when nothing is left of the machine, the guard neither. */
  readonly gone: Promise<void>;
  readonly #socket: Socket;
  readonly #news: NewsReader;

  private constructor(socket: Socket, news: NewsReader, leased: boolean) {
    this.#socket = socket;
    this.#news = news;
    this.leased = leased;
    this.ended = news.ended;
    this.gone = news.gone;
  }

  /** Rejects with Node's error when no guard listens at `path`. */
  static async open(path: string): Promise<GuardLink> {
    const socket = await connect(path);
    const news = new NewsReader(socket);
    const hello = await news.next(["hello"]);
    return new GuardLink(socket, news, hello.is === "hello" && hello.leased);
  }

  /**
   * Makes this process the one that keeps the machine alive.
   * @returns seconds until ready, if the one before us saw that; `busy` while another process has the machine
   */
  async lease(): Promise<{ readonly ready: number | undefined } | "busy"> {
    const answer = await this.#ask({ do: "lease" }, ["leased", "busy"]);
    return answer.is === "leased" ? { ready: answer.ready } : "busy";
  }

  /** Ends the machine; resolves when nothing is left of it. */
  async stop(): Promise<void> {
    if (this.#socket.writable) this.#socket.write(jsonLine({ do: "stop" } satisfies GuardRequest));
    await this.gone;
  }

  /** Gives the lease back; the machine waits so long for another. */
  async handOver(seconds: number, ready: number | undefined): Promise<void> {
    await this.#ask({ do: "handOver", seconds, ready }, ["handedOver"]);
    this.close();
  }

  close(): void {
    this.#socket.destroy();
  }

  #ask(request: GuardRequest, answers: readonly GuardNews["is"][]): Promise<GuardNews> {
    const answer = this.#news.next(answers);
    if (this.#socket.writable) this.#socket.write(jsonLine(request));
    return answer;
  }
}

/** Reads what the guard says; hands answers to the one who asked. */
class NewsReader {
  readonly ended: Promise<GuardEnd>;
  readonly gone: Promise<void>;
  #end: (end: GuardEnd) => void = () => {};
  #closed = false;
  #waiting: { readonly answers: readonly string[]; take(news: GuardNews | undefined): void }[] = [];

  constructor(socket: Socket) {
    socket.on(
      "data",
      jsonLines(
        message => this.#take(readGuardNews(message)),
        () => socket.destroy(),
      ),
    );
    socket.on("error", () => socket.destroy());
    this.ended = new Promise(resolve => (this.#end = resolve));
    this.gone = new Promise(resolve => {
      socket.once("close", () => {
        this.#closed = true;
        for (const each of this.#waiting) each.take(undefined);
        this.#end(undefined);
        resolve();
      });
    });
  }

  /** @throws Failure `machine-ended` when the guard goes first */
  next(answers: readonly GuardNews["is"][]): Promise<GuardNews> {
    return new Promise((resolve, reject) => {
      const take = (news: GuardNews | undefined): void => {
        if (news) resolve(news);
        else reject(new Failure("machine-ended", "The machine has ended."));
      };
      if (this.#closed) take(undefined);
      else this.#waiting.push({ answers, take });
    });
  }

  #take(news: GuardNews | undefined): void {
    if (!news) return;
    if (news.is === "exited") this.#end(news);
    const asker = this.#waiting.find(each => each.answers.includes(news.is));
    this.#waiting = this.#waiting.filter(each => each !== asker);
    asker?.take(news);
  }
}
