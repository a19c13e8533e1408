import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { toolCommand, toolEnvironment } from "../../host/runTool.ts";
import { Damage } from "../../tree/tarReadDamage.ts";
import { ByteFeed } from "../../tree/tarReadFeed.ts";
import type { Compression } from "./compression.ts";
import { gunzip } from "./gunzip.ts";

/**
 * The compressed bytes that come next in a feed, without their compression. Ends whatever tool it started when the
 * caller stops early or `signal` aborts. What follows the compressed bytes stays in the feed, where the compression
 * shows its end (`endsItself`).
 * @throws Damage when the compressed data are damaged or cut short; Failure `tool-missing`; what the source throws.
 */
export function decompressMembers(
  feed: ByteFeed,
  { name, tool, members }: Compression,
  host: Host,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (!tool) return gunzip(feed, signal);
  const command = toolCommand(host, tool.name, tool.args);
  return throughTool(name, command, host, signal, members ? members(feed) : feed.rest());
}

/** The same for a source that is compressed to its end. */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
  compression: Compression,
  host: Host,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const feed = new ByteFeed(source, signal);
  try {
    yield* decompressMembers(feed, compression, host, signal);
  } finally {
    await feed.close();
  }
}

/** Whether bytes may follow what decompressMembers() reads. */
export function endsItself({ tool, members }: Compression): boolean {
  return !tool || members !== undefined;
}

/**
 * What a tool writes to its standard output while it is fed with `source`.
 * @param name what messages call it
 * @throws Damage with the tool's words when it fails; what the source throws.
 */
export async function* throughTool(
  name: string,
  command: { file: string; args: string[] },
  host: Host,
  signal: AbortSignal,
  source: AsyncIterable<Uint8Array> = nothing(),
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  const child = spawn(command.file, command.args, {
    env: toolEnvironment(host),
    stdio: ["pipe", "pipe", "pipe"],
    // In a session of its own it has no terminal to ask for a password on.
    detached: true,
  });
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  closed.catch(() => {});
  const kill = () => child.kill("SIGKILL");
  signal.addEventListener("abort", kill, { once: true });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  const feeding = feed(source, child.stdin, signal);
  try {
    yield* child.stdout;
    const [code, killedBy] = await closed;
    signal.throwIfAborted();
    await feeding.done.catch(() => {});
    const sourceError = feeding.sourceError();
    if (sourceError !== undefined) throw sourceError;
    if (killedBy) throw new Failure("tool-failed", `${name} was ended by ${killedBy}.`);
    if (code !== 0) throw new Damage(`${name} says: ${said.trim() || `exit code ${code}`}`);
  } finally {
    signal.removeEventListener("abort", kill);
    kill();
    await closed.catch(() => {});
    await feeding.done.catch(() => {});
  }
}

/** Pours `source` into `sink`, telling the source's own errors from those of a sink that wants no more. */
function feed(
  source: AsyncIterable<Uint8Array>,
  sink: Writable,
  signal: AbortSignal,
): { done: Promise<void>; sourceError(): unknown } {
  let failed: unknown;
  const watched = async function* () {
    try {
      yield* source;
    } catch (error) {
      failed = error;
      throw error;
    }
  };
  const done = pipeline(Readable.from(watched(), { objectMode: false }), sink, { signal });
  done.catch(() => {});
  return { done, sourceError: () => failed };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
