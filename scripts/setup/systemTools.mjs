// Which programs set-up sees to; the engine's own table says where Debian has them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./steps.mjs";

/** Programs that `examples/boots` needs. */
export function basicTools() {
  const facts = JSON.parse(readFileSync(join(root, "src", "core", "host", "toolFacts.json"), "utf8"));
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact.basic));
}

/** The same plus what the tests use. */
export function testTools() {
  return {
    ...basicTools(),
    chromium: { debian: "chromium" },
    cpio: { debian: "cpio" },
    fakeroot: { debian: "fakeroot" },
    python3: { debian: "python3" },
    rg: { debian: "ripgrep" },
    tmux: { debian: "tmux" },
    openssl: { debian: "openssl" },
    setfattr: { debian: "attr" },
    make: { debian: "make" },
    "g++": { debian: "g++" },
  };
}
