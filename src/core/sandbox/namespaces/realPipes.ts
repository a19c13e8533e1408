import { execFile } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import type { Host } from "../../host/host.ts";

/** One pipe: what the program writes to, and what we read. */
export interface RealPipe {
  /** For the program; closed by us as soon as it was started. */
  readonly writer: number;
  readonly reader: Readable;
}

const run = promisify(execFile);

/**
 * Pipes as shells make them. What Node makes is a pair of sockets, which a program cannot open by the name
 * /dev/stdout, and which bash takes for a remote login.
 * @param folder an empty one, closed to others.
 */
export async function realPipes(
  host: Host,
  folder: string,
  names: readonly string[],
): Promise<readonly RealPipe[]> {
  const paths = names.map(name => join(folder, name));
  await run(host.tools.require("mkfifo"), ["-m", "666", "--", ...paths]);
  return paths.map(path => {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, constants.O_WRONLY);
    return { writer, reader: new Socket({ fd, readable: true, writable: false }) };
  });
}

export function closeWriters(pipes: readonly RealPipe[]): void {
  for (const { writer } of pipes) closeSync(writer);
}
