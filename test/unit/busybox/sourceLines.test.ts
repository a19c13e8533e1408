import { expect, it } from "vitest";
import { sourceLines } from "../../../src/core/stages/busybox/source/sourceLines.ts";

it("asks the same mirrors for sources, in both styles, each once", () => {
  const list =
    "# main\ndeb [signed-by=/k.gpg] http://m/debian bookworm main\ndeb-src http://s bookworm main\ndeb http://s bookworm main\n";
  expect(sourceLines("sources.list", list)).toBe(
    "deb-src [signed-by=/k.gpg] http://m/debian bookworm main\ndeb-src http://s bookworm main\n",
  );
  const stanzas =
    "# none\n\nTypes: deb deb-src\nURIs: http://m\nSuites: bookworm\n \n# other\nTypes: deb\nURIs: http://s\n";
  expect(sourceLines("a.sources", stanzas)).toBe(
    "Types: deb-src\nURIs: http://m\nSuites: bookworm\n\n# other\nTypes: deb-src\nURIs: http://s\n",
  );
});
