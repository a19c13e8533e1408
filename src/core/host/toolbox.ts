import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { Failure } from "../failure.ts";
import { type ToolName, toolFacts } from "./toolFacts.ts";

/** Finds the programs that Whittle leans on. */
export interface Toolbox {
  /** Absolute path, or undefined when the tool is not installed. */
  find(tool: ToolName): string | undefined;
  /** Absolute path; throws Failure `tool-missing` that names the package to install. */
  require(tool: ToolName): string;
}

// Debian keeps mke2fs, debugfs and depmod where an ordinary user's PATH does not look.
const adminFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/**
 * Looks along PATH, then in the folders for administrators.
 * @param overrides tool paths from user settings; a wrong one is an error, not a fallback.
 */
export function openToolbox(
  env: Readonly<Record<string, string | undefined>>,
  overrides: Readonly<Partial<Record<ToolName, string>>> = {},
): Toolbox {
  const found = new Map<ToolName, string | undefined>();
  const folders = [...(env["PATH"] ?? "").split(delimiter).filter(isAbsolute), ...adminFolders];
  const find = (tool: ToolName): string | undefined => {
    if (found.has(tool)) return found.get(tool);
    const override = overrides[tool];
    const path = override ? usable(override) : folders.map(folder => join(folder, tool)).find(usable);
    const answer = typeof path === "string" ? path : path ? override : undefined;
    found.set(tool, answer);
    return answer;
  };
  return {
    find,
    require(tool) {
      const path = find(tool);
      if (path) return path;
      const override = overrides[tool];
      if (override) {
        throw new Failure(
          "tool-missing",
          `The setting whittle.tools names ${override} for ${tool}, but no program is there.`,
          {
            advice: "Correct or remove the setting.",
          },
        );
      }
      const { debian, purpose } = toolFacts[tool];
      throw new Failure("tool-missing", `${tool} is needed ${purpose}, but it is not installed.`, {
        advice: `Install it with: sudo apt-get install ${debian} (or run: whittle doctor --install).`,
      });
    },
  };
}

function usable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
