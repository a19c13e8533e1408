import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { toolCommand, toolEnvironment } from "../../host/runTool.ts";
import { closeWriters, type RealPipe, realPipes } from "./realPipes.ts";
import type { UserNamespace } from "./userNamespace.ts";

/** How a program inside ended. */
export interface InsideEnd {
  /** 128 + N for a signal N. */
  readonly exitCode: number;
  /** Set when it was ended by a signal itself, or what started it was. */
  readonly killedBy: NodeJS.Signals | undefined;
}

/** A file that a program finds open. */
export interface OpenFile {
  readonly path: string;
  /** Default: for reading. */
  readonly forWriting?: boolean | undefined;
}

type Reader = (stream: Readable) => Promise<unknown>;

export interface InsideOptions {
  /** Standard input; default: nothing. */
  readonly stdin?: Readable | { readonly file: string } | undefined;
  /** Reads standard output; default: it is dropped. */
  readonly onStdout?: Reader | undefined;
  readonly onStderr?: Reader | undefined;
  /** An empty folder: its output goes through pipes that lie there, see realPipes(). */
  readonly pipesIn?: string | undefined;
  /** Files that it finds open, as descriptor 3 and following. */
  readonly files?: readonly OpenFile[] | undefined;
  /** As soon as its number is known: the host's. */
  readonly onStart?: ((pid: number) => void) | undefined;
  /**
   * Called when it has ended, before the rest of its output is waited for: whatever it left running could hold the
   * output open for ever.
   */
  readonly afterExit?: (() => Promise<unknown>) | undefined;
}

/** Runs a program as root inside the namespaces. Ending them ends it. */
export async function runInside(
  host: Host,
  space: UserNamespace,
  program: readonly string[],
  options: InsideOptions,
): Promise<InsideEnd> {
  const { stdin, onStdout, onStderr, pipesIn } = options;
  const command = toolCommand(host, "nsenter", space.enter(program));
  const pipes = pipesIn === undefined ? [] : await realPipes(host, pipesIn, ["stdout", "stderr"]);
  const input = inputOf(stdin);
  const outputs = pipes.length > 0 ? pipes.map(pipe => pipe.writer) : (["pipe", "pipe"] as const);
  const files = (options.files ?? []).map(({ path, forWriting }) => openSync(path, forWriting ? "w" : "r"));
  const child = spawn(command.file, command.args, {
    env: toolEnvironment(host),
    stdio: [input, ...outputs, ...files],
    cwd: "/",
  });
  closeWriters(pipes);
  for (const fd of files) closeSync(fd);
  if (child.pid !== undefined) options.onStart?.(child.pid);
  if (typeof input === "number") closeSync(input);
  const [stdout, stderr] = streamsOf(child, pipes);
  const end = new Promise<InsideEnd>((resolve, reject) => {
    child.once("error", error => {
      reject(new Failure("sandbox-failed", `nsenter cannot be started: ${error.message}`));
    });
    child.once("exit", (code, signal) => {
      resolve({
        exitCode: code ?? 128 + constants.signals[signal ?? "SIGTERM"],
        killedBy: signal ?? undefined,
      });
    });
  });
  const work = [
    end,
    read(stdout, onStdout),
    read(stderr, onStderr),
    feed(child.stdin, stdin),
    end.then(options.afterExit),
  ] as const;
  const [ended, ...done] = await Promise.allSettled(work);
  for (const each of done) if (each.status === "rejected") throw each.reason;
  if (ended.status === "rejected") throw ended.reason;
  return ended.value;
}

function inputOf(stdin: InsideOptions["stdin"]): "ignore" | "pipe" | number {
  if (!stdin) return "ignore";
  return "file" in stdin ? openSync(stdin.file, "r") : "pipe";
}

function streamsOf(
  child: ReturnType<typeof spawn>,
  pipes: readonly RealPipe[],
): readonly [Readable, Readable] {
  const stdout = pipes[0]?.reader ?? child.stdout;
  const stderr = pipes[1]?.reader ?? child.stderr;
  if (!stdout || !stderr) throw new Error("A program was started without pipes.");
  return [stdout, stderr];
}

async function feed(into: NodeJS.WritableStream | null, stdin: InsideOptions["stdin"]): Promise<void> {
  if (!into || !stdin || "file" in stdin) return;
  try {
    await pipeline(stdin, into);
  } catch (error) {
    // A program that ends early leaves the rest of its input unread, which is its own affair.
    const code = (error as NodeJS.ErrnoException).code;
    if (!/^(EPIPE|ECONNRESET|ERR_STREAM_PREMATURE_CLOSE)$/.test(code ?? "")) throw error;
  }
}

async function read(stream: Readable, reader: Reader | undefined): Promise<void> {
  try {
    if (reader) await reader(stream);
  } finally {
    // Whatever is not read would hold up the writer.
    stream.resume();
    await finished(stream).catch(() => undefined);
  }
}

/** The last part of what a program wrote. */
export function tailOf(): {
  read(stream: Readable): Promise<void>;
  add(more: string): void;
  readonly text: string;
} {
  let text = "";
  return {
    async read(stream) {
      for await (const bytes of stream) text = (text + String(bytes)).slice(-8192);
    },
    add(more) {
      text += more;
    },
    get text() {
      return text.trim().split("\n").slice(-8).join("\n");
    },
  };
}
