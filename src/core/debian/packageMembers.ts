import { spawn } from "node:child_process";
import { once } from "node:events";
import { Failure } from "../failure.ts";
import type { Host } from "../host/host.ts";
import { toolCommand, toolEnvironment } from "../host/runTool.ts";
import { readTar, type TarMember } from "../tree/tarRead.ts";

/**
 * The files of a .deb, one after another, without unpacking it anywhere. Names start with `./` as the package has them.
 * @param path absolute path of the .deb.
 * @throws Failure `package-damaged` with what dpkg-deb says.
 */
export async function* packageMembers(
  host: Host,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<TarMember, void, void> {
  signal.throwIfAborted();
  const { file, args } = toolCommand(host, "dpkg-deb", ["--fsys-tarfile", path]);
  const child = spawn(file, args, { env: toolEnvironment(host), stdio: ["ignore", "pipe", "pipe"] });
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  closed.catch(() => {});
  const kill = () => child.kill("SIGKILL");
  signal.addEventListener("abort", kill, { once: true });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  try {
    yield* readTar(child.stdout, signal);
    const [code] = await closed;
    signal.throwIfAborted();
    if (code !== 0) throw damaged(path, said);
  } catch (error) {
    signal.throwIfAborted();
    // A tool that stops in the middle looks like a damaged tar; what it says is nearer to the cause.
    kill();
    await closed.catch(() => {});
    throw said.trim() === "" ? error : damaged(path, said, error);
  } finally {
    signal.removeEventListener("abort", kill);
    kill();
    await closed.catch(() => {});
  }
}

function damaged(path: string, said: string, cause?: unknown): Failure {
  return new Failure("package-damaged", `The package ${path} cannot be read: ${said.trim()}`, {
    advice: "Remove that file and build again.",
    cause,
  });
}
