import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { toolCommand, toolEnvironment } from "../../host/runTool.ts";
import { Damage } from "../../tree/tarReadDamage.ts";
import type { Compression } from "./compression.ts";

const pieceBytes = 256 * 1024;

/**
 * The bytes of `source` without their compression. Ends the source and whatever tool it started when the caller
 * stops early or `signal` aborts.
 * @throws Damage when the compressed data are damaged or cut short; Failure `tool-missing`; what the source throws.
 */
export function decompress(
  source: AsyncIterable<Uint8Array>,
  compression: Compression,
  host: Host,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  return compression.tool
    ? throughTool(
        source,
        compression.name,
        toolCommand(host, compression.tool.name, compression.tool.args),
        host,
        signal,
      )
    : throughGunzip(source, signal);
}

async function* throughGunzip(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  const feeding = feed(source, gunzip, signal);
  try {
    yield* gunzip;
    await feeding.done;
  } catch (error) {
    signal.throwIfAborted();
    throw feeding.sourceError() ?? damageOf(error);
  } finally {
    gunzip.destroy();
    await feeding.done.catch(() => {});
  }
}

function damageOf(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("Z_") && error instanceof Error ? new Damage(`gzip says: ${error.message}`) : error;
}

async function* throughTool(
  source: AsyncIterable<Uint8Array>,
  name: string,
  command: { file: string; args: string[] },
  host: Host,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  const child = spawn(command.file, command.args, {
    env: toolEnvironment(host),
    stdio: ["pipe", "pipe", "pipe"],
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
