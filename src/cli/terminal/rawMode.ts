import { spawnSync } from "node:child_process";

// What a guest may have left switched: attributes, cursor, mouse, bracketed paste, line wrap, second screen.
const restoreScreen =
  "\x1b[0m\x1b[?25h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?7h\x1b[?1l\x1b>\x1b[?47l\r\n";

/**
 * Hands every key over as it is pressed, Ctrl-C among them, until restore(); also when this process was stopped and
 * goes on, or exits early. Does nothing where stdin is no terminal.
 */
export function rawMode(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): { restore(): void } {
  if (stdin.isTTY !== true) return { restore() {} };
  const wasRaw = stdin.isRaw;
  const enter = (): void => {
    stdin.setRawMode(true);
    passOutput();
  };
  // Setting what Node believes to be set does nothing, but the shell changed it while we were stopped.
  const again = (): void => {
    stdin.setRawMode(false);
    enter();
  };
  const leave = (): void => void stdin.setRawMode(wasRaw);
  enter();
  process.on("SIGCONT", again);
  process.once("exit", leave);
  return {
    restore() {
      process.off("SIGCONT", again);
      process.off("exit", leave);
      leave();
      if (stdout.isTTY) stdout.write(restoreScreen);
    },
  };
}

// Node's raw mode still turns each line feed into a new line, but full-screen programs in the guest use it to go
// straight down. Without stty, only they look wrong. Leaving raw mode restores this as well.
function passOutput(): void {
  spawnSync("stty", ["-opost"], { stdio: ["inherit", "ignore", "ignore"] });
}
