import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What a program says on both of its streams; fails with that when it does not end with 0. */
export async function tool(program: string, ...args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`,
    TZ: "UTC",
    LC_ALL: "C.UTF-8",
    MTOOLS_SKIP_CHECK: "1",
  };
  const { stdout, stderr } = await run(program, args, { env, maxBuffer: 2 ** 26 });
  return stdout + stderr;
}
