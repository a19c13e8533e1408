import type { StageContext } from "../stage.ts";

const noise = /^\s*$|^:: Proceed with installation\?/;

/** Follows what pacman says while it installs: passes it on, counts packages, and notices scripts that failed. */
export class InstallTalk {
  readonly #total: number;
  readonly #context: Pick<StageContext, "log" | "progress" | "warn">;
  #installed = 0;
  /** What pacman is at: a package or a hook. */
  #at = "";
  /** The last lines, oldest first. */
  readonly lines: string[] = [];

  constructor(total: number, context: Pick<StageContext, "log" | "progress" | "warn">) {
    this.#total = total;
    this.#context = context;
  }

  hear(line: string): void {
    if (!noise.test(line)) this.#context.log(line);
    this.lines.push(line);
    if (this.lines.length > 200) this.lines.shift();
    const installing = /^installing (\S+?)\.\.\.$/.exec(line)?.[1];
    if (installing !== undefined) {
      this.#at = `the install script of ${installing}`;
      this.#context.progress(++this.#installed, this.#total, "items");
    }
    const hook = /^\(\s*\d+\/\d+\) (.+?)(?:\.\.\.)?$/.exec(line)?.[1];
    if (hook !== undefined) this.#at = `the hook “${hook}”`;
    // pacman goes on, and ends as if nothing had been.
    if (/^error: command (?:failed to execute correctly|terminated by signal)/.test(line))
      this.#context.warn(`In the new system ${this.#at || "a script"} failed; the log has what it said.`);
  }
}
