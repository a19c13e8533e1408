import { type ChildProcess, spawn } from "node:child_process";
import type { GuardOrder, QemuExit } from "./protocol.ts";

const keptStderr = 8192;

/** QEMU as a child that cannot outlive this process. */
export class QemuProcess {
  readonly pid: number;
  /** Resolves when it has ended and all it wrote was read. */
  readonly exit: Promise<Omit<QemuExit, "asked">>;
  readonly #child: ChildProcess;
  #stderr = "";

  private constructor(child: ChildProcess, pid: number) {
    this.#child = child;
    this.pid = pid;
    this.exit = new Promise(resolve => {
      child.once("close", (code, signal) =>
        resolve({ code: code ?? undefined, signal: signal ?? undefined, stderr: this.#stderr }),
      );
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-keptStderr);
    });
    // Where no setpriv ties it to us, at least every regular end of ours is its end as well.
    process.once("exit", () => this.kill());
  }

  /**
   * @param scratch folder for QEMU's temporary files
   * @throws Error when the program cannot be started
   */
  static async start(
    { qemu, setpriv }: Pick<GuardOrder, "qemu" | "setpriv">,
    args: readonly string[],
    scratch: string,
  ): Promise<QemuProcess> {
    const tied =
      setpriv === undefined ? [qemu, ...args] : [setpriv, "--pdeathsig", "KILL", "--", qemu, ...args];
    const [file = qemu, ...rest] = tied;
    const env = { ...process.env, TMPDIR: scratch };
    const child = spawn(file, rest, { stdio: ["ignore", "ignore", "pipe"], env });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    return new QemuProcess(child, child.pid ?? 0);
  }

  /** Ends it at once: it holds nothing that would have to be written out. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
