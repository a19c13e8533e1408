import { nameOf } from "../../tree/path.ts";

/** How a script is run. */
export interface Shell {
  /** Program and options. */
  readonly words: readonly string[];
  /** Whether it is a shell of the Bourne family, whose progress can be followed. */
  readonly isBourne: boolean;
}

const usual = ["/bin/sh", "-eu"];
const bourne = new Set(["sh", "ash", "dash", "bash"]);

/** @param asked as the recipe has it. */
export function shellOf(script: string, asked: string | readonly string[] | undefined): Shell {
  const words = asked === undefined ? (fromFirstLine(script) ?? usual) : wordsOf(asked);
  const [program = "", ...options] = words;
  // BusyBox gets the name of its applet as the first word.
  const name = nameOf(program) === "busybox" ? (options[0] ?? "") : nameOf(program);
  // With these, what follows is no file.
  const isBourne = bourne.has(name) && !options.some(each => /^-[a-z]*[cs]/.test(each));
  return { words, isBourne };
}

function wordsOf(asked: string | readonly string[]): readonly string[] {
  return typeof asked === "string" ? asked.split(/\s+/).filter(word => word !== "") : asked;
}

/** The kernel hands on what follows the program as one word; scripts in use have one at most. */
function fromFirstLine(script: string): readonly string[] | undefined {
  const said = /^#!\s*([^\n]*)/.exec(script)?.[1]?.trim();
  if (said === undefined || said === "") return undefined;
  const words = wordsOf(said);
  if (nameOf(words[0] ?? "") !== "env") return words;
  const rest = words.slice(1).filter(word => word !== "-S");
  return rest.length > 0 ? rest : words;
}
