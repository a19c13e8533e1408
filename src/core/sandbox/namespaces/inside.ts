import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { toolCommand, toolEnvironment } from "../../host/runTool.ts";
import type { UserNamespace } from "./userNamespace.ts";

/** How a program inside ended. */
export interface InsideEnd {
  /** 128 + N for a signal N. */
  readonly exitCode: number;
}

export interface InsideOptions {
  readonly stdin?: Readable | undefined;
  /** Reads standard output; default: it is dropped. */
  readonly onStdout?: ((stream: Readable) => Promise<unknown>) | undefined;
  readonly onStderr?: ((stream: Readable) => Promise<unknown>) | undefined;
}

/** Runs a program as root inside the namespaces. Ending them ends it. */
export async function runInside(
  host: Host,
  space: UserNamespace,
  program: readonly string[],
  options: InsideOptions,
): Promise<InsideEnd> {
  const command = toolCommand(host, "nsenter", space.enter(program));
  const child = spawn(command.file, command.args, {
    env: toolEnvironment(host),
    stdio: ["pipe", "pipe", "pipe"],
    cwd: "/",
  });
  const { stdin, stdout, stderr } = child;
  // A program that ends early leaves the rest of its input unread, which is its own affair.
  stdin.on("error", () => undefined);
  const feeding = options.stdin ? pipeline(options.stdin, stdin) : Promise.resolve(stdin.end());
  const readers = [read(stdout, options.onStdout), read(stderr, options.onStderr)];
  const end = new Promise<InsideEnd>((resolve, reject) => {
    child.once("error", error =>
      reject(new Failure("sandbox-failed", `nsenter cannot be started: ${error.message}`)),
    );
    child.once("close", (code, signal) => resolve({ exitCode: code ?? (signal === "SIGKILL" ? 137 : 143) }));
  });
  const [ended, fed, ...done] = await Promise.allSettled([end, feeding, ...readers]);
  for (const each of done) if (each.status === "rejected") throw each.reason;
  if (ended.status === "rejected") throw ended.reason;
  if (fed.status === "rejected" && !isBrokenPipe(fed.reason)) throw fed.reason;
  return ended.value;
}

async function read(stream: Readable, reader: ((stream: Readable) => Promise<unknown>) | undefined) {
  if (!reader) {
    stream.resume();
    await finished(stream);
    return;
  }
  try {
    await reader(stream);
  } finally {
    // Whatever is not read would hold up the writer.
    stream.resume();
  }
}

function isBrokenPipe(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "EPIPE" || code === "ERR_STREAM_PREMATURE_CLOSE" || code === "ECONNRESET";
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
