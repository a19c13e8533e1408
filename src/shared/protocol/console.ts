import type { Direction } from "./channel.ts";
import {
  type Guard,
  isBytes,
  isCount,
  isListOf,
  isNothing,
  isNumber,
  isOneOf,
  isOptional,
  isShape,
  isString,
} from "./guards.ts";

/** Everything that the console view shows. */
export interface ConsoleState {
  /** In the order of their start; ended ones stay until the host forgets them. */
  readonly machines: readonly MachineSummary[];
  /** The machine whose console is shown, and what it said so far; absent when there is none. */
  readonly shown?: ShownConsole | undefined;
}

export interface MachineSummary {
  readonly id: string;
  readonly name: string;
  readonly state: "starting" | "running" | "ready" | "paused" | "stopped" | "failed";
  /** From QEMU's start to `ready`. */
  readonly readySeconds?: number | undefined;
  /** Why it failed, and what to do next. */
  readonly message?: string | undefined;
  readonly advice?: string | undefined;
  /** e.g. `kvm` or `tcg`. */
  readonly accelerator: string;
  /** MiB. */
  readonly memory: number;
}

export interface ShownConsole {
  readonly machine: string;
  /**
   * Counts up each time a console is shown anew (reload, another machine). Output, input and acknowledgements carry
   * it, so that none is taken for another session's.
   */
  readonly session: number;
  /** What the machine said so far. Counts as sent for the flow control: it is acknowledged like output. */
  readonly history: Uint8Array;
  /** Bytes before `history` that are no longer kept. */
  readonly dropped: number;
  /**
   * How many bytes of `history`, from its start, a terminal has parsed before: queries in them were answered then and
   * must not be answered again.
   */
  readonly answered: number;
}

const isMachineSummary: Guard<MachineSummary> = isShape<MachineSummary>({
  id: isString,
  name: isString,
  state: isOneOf("starting", "running", "ready", "paused", "stopped", "failed"),
  readySeconds: isOptional(isNumber),
  message: isOptional(isString),
  advice: isOptional(isString),
  accelerator: isString,
  memory: isNumber,
});

const isShownConsole: Guard<ShownConsole> = isShape<ShownConsole>({
  machine: isString,
  session: isCount,
  history: isBytes,
  dropped: isCount,
  answered: isCount,
});

const isConsoleState: Guard<ConsoleState> = isShape<ConsoleState>({
  machines: isListOf(isMachineSummary),
  shown: isOptional(isShownConsole),
});

const isSessionBytes = isShape<{ readonly session: number; readonly bytes: Uint8Array }>({
  session: isCount,
  bytes: isBytes,
});

const isSessionCount = isShape<{ readonly session: number; readonly count: number }>({
  session: isCount,
  count: isCount,
});

/** What a person can have done to a machine; the host shows how it went. */
export const machineActions = [
  "stop",
  "reset",
  "pause",
  "resume",
  "powerButton",
  "screenshot",
  "saveLog",
] as const;
export type MachineAction = (typeof machineActions)[number];

/** Host to webview. */
export const consoleToWebview = {
  events: {
    /** The machines, or the state of one, changed; the shown console stays. */
    machines: isListOf(isMachineSummary),
    /** Show another console (or none): replay it from its history. */
    show: isConsoleState,
    /** The machine said this. */
    output: isSessionBytes,
    /** QEMU took this many bytes of input. */
    inputTaken: isSessionCount,
    /** Bytes of output that the host had to leave out here. */
    skipped: isSessionCount,
    /** Commands from outside the view. */
    find: isNothing,
    clear: isNothing,
    focus: isNothing,
  },
  requests: {},
} satisfies Direction;

/** Webview to host. */
export const consoleToHost = {
  events: {
    /** Typed, pasted, or a terminal's answer to a query. */
    input: isSessionBytes,
    /** The terminal has parsed this many further bytes: first those of `history`, then those of `output`. */
    parsed: isSessionCount,
    /** Show this machine's console. */
    choose: isShape<{ readonly machine: string }>({ machine: isString }),
    act: isShape<{ readonly machine: string; readonly action: MachineAction }>({
      machine: isString,
      action: isOneOf(...machineActions),
    }),
    /** The person cleared the console: a later replay starts after what was said until now. */
    cleared: isShape<{ readonly session: number }>({ session: isCount }),
    /** Put this text on the clipboard. */
    copy: isShape<{ readonly text: string }>({ text: isString }),
    /** The person wants a recipe booted; sent from the empty state. */
    boot: isNothing,
  },
  requests: {
    /** Asked once by every freshly loaded webview: it listens now. `machine`: what it showed before, if anything. */
    state: {
      params: isShape<{ readonly machine?: string | undefined }>({ machine: isOptional(isString) }),
      result: isConsoleState,
    },
    /** The clipboard's text. */
    clipboard: { params: isNothing, result: isString },
  },
} satisfies Direction;

/**
 * A copy that owns its whole buffer and is a plain Uint8Array. Bytes go into messages only in this form: VS Code sends
 * the underlying buffer (for a Node Buffer often a shared pool) and does not know Node's Buffer at all.
 */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes);
}
