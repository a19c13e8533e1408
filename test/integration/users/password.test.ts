import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BuildEvent } from "../../../src/core/build/events.ts";
import { planBuild } from "../../../src/core/build/planBuild.ts";
import { runBuild } from "../../../src/core/build/runBuild.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { loadRecipe } from "../../../src/core/recipe/load.ts";
import { users } from "../../../src/core/stages/users.ts";
import { runSettings } from "../../unit/settings/settingsRun.ts";
import { filesLayer } from "../../unit/tree/layers.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "whittle-users-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = "corréct horse: $battery";

async function shadowOf(parameters: unknown, name = "one"): Promise<string> {
  const below = await filesLayer({ "bin/sh": "x" });
  const done = await runSettings(users, parameters, [below], { name, baseDir: folder });
  expect(done.said).not.toContain(secret);
  expect(JSON.stringify(done.resolved)).not.toContain(secret);
  return (await done.text("etc/shadow")) ?? "";
}

describe("a plain password", () => {
  it("becomes a hash that programs accept, the same in every build", async () => {
    const [, hash = ""] = /^demo:([^:]*):/m.exec(await shadowOf({ demo: { password: secret } })) ?? [];
    const [, , salt = ""] = hash.split("$");
    expect(hash).toMatch(/^\$6\$[./A-Za-z0-9]{16}\$[./A-Za-z0-9]{86}$/);
    const again = execFileSync("openssl", ["passwd", "-6", "-salt", salt, "-stdin"], {
      input: `${secret}\n`,
      encoding: "utf8",
    });
    expect(hash).toBe(again.trim());
    expect(await shadowOf({ demo: { password: secret } })).toContain(hash);
  });

  it("has a salt of its own in each recipe and for each user, which says nothing about it", async () => {
    const salts = async (name: string, password: string) =>
      [...(await shadowOf({ a: password, b: password }, name)).matchAll(/\$6\$([^$]*)\$/g)].map(
        match => match[1],
      );
    const all = [...(await salts("one", secret)), ...(await salts("two", secret))];
    expect(new Set(all).size).toBe(4);
    expect(await salts("one", "another")).toEqual(all.slice(0, 2));
  });

  it("may come from a file, in every form", async () => {
    writeFileSync(join(folder, "password"), `${secret}\r\nsecond line\n`);
    const fromFile = await shadowOf({ demo: { password_file: "password" } });
    expect(fromFile).toBe(await shadowOf({ demo: { password: secret } }));
    writeFileSync(join(folder, "locked"), "locked\n");
    expect(await shadowOf({ demo: { password_file: "locked" } })).toContain("\ndemo:!*:");
    writeFileSync(join(folder, "bad"), "$6$secretsecret\n");
    const below = await filesLayer({ "bin/sh": "x" });
    const outcome = runSettings(users, { demo: { password_file: "bad" } }, [below], { baseDir: folder });
    await expect(outcome).rejects.toMatchObject({
      code: "user-password",
      placedAt: ["demo", "password_file"],
    });
    await expect(outcome).rejects.not.toMatchObject({ message: expect.stringContaining("secret") });
  });

  it.each([
    ["in full", `{ demo: { password: "${secret}" } }`],
    ["in short", `{ demo: "${secret}" }`],
  ])("is nowhere in what a build says, keeps and leaves, but as a hash; written %s", async (how, written) => {
    const file = join(folder, `${how}.whittle.yaml`);
    const stages = `  - files: [ { path: /bin/sh, content: x } ]\n  - users: ${written}\n`;
    writeFileSync(file, `stages:\n${stages}outputs:\n  - tar: {}\n`);
    const { recipe } = await loadRecipe({ file });
    if (!recipe) throw new Error("The recipe is not valid.");
    const cache = join(folder, `cache ${how}`);
    const host = openHost({ env: { ...process.env, WHITTLE_CACHE: cache } });
    const { signal } = new AbortController();
    const events: BuildEvent[] = [];
    const report = await runBuild(await planBuild(recipe, host, signal), host, {
      signal,
      onEvent: event => void events.push(event),
    });
    expect(report.outputs).toHaveLength(1);
    const needles = [secret, "battery", Buffer.from(secret).toString("base64")];
    const kept = [JSON.stringify(events), JSON.stringify(report)];
    for (const root of [cache, join(folder, "out")]) {
      for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
        kept.push(entry.name);
        if (entry.isFile())
          kept.push(
            readFileSync(join(entry.parentPath, entry.name), "latin1"),
            readFileSync(join(entry.parentPath, entry.name), "utf8"),
          );
      }
    }
    expect(kept.length).toBeGreaterThan(10);
    for (const needle of needles) expect(kept.some(text => text.includes(needle))).toBe(false);
    expect(kept.some(text => /demo:\$6\$/.test(text))).toBe(true);
  });

  const odd = [
    ...[
      "demo: 12345678",
      "demo: 0x12345678",
      "demo: [ 12345678 ]",
      "demo: !!float 12345678",
      "demo: *k12345678",
    ],
    ...["demo: { password: 12345678 }", "demo: { password: [ 12345678 ] }", "demo: { password: 0x12345678 }"],
    ...[
      "demo: { password: *k12345678 }",
      'demo: "12345678\\t"',
      'demo: "$6$12345678"',
      'demo: "hashed:12345678"',
    ],
  ];
  it.each([...odd.map(each => `{ ${each} }`), "12345678", "p12345678", "[ p12345678 ]"])(
    "is not shown when the recipe has it as something else than a text: %s",
    async written => {
      const file = join(folder, "number.whittle.yaml");
      const text = `stages:\n  - users: ${written}\noutputs:\n  - tar: {}\n`;
      const { diagnostics } = await loadRecipe({ file, texts: new Map([[file, text]]) });
      expect(JSON.stringify(diagnostics)).not.toContain("12345678");
      expect(diagnostics[0]?.severity).toBe("error");
    },
  );

  it("needs openssl, and says so", async () => {
    const below = await filesLayer({ "bin/sh": "x" });
    const bare = { env: { PATH: "/nowhere" } };
    await expect(runSettings(users, { demo: "plain" }, [below], bare)).rejects.toMatchObject({
      code: "tool-missing",
      advice: expect.stringContaining("openssl"),
    });
    await expect(runSettings(users, { demo: "locked" }, [below], bare)).resolves.toBeDefined();
  });
});
