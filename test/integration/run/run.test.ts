import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRunBench, type RunBench } from "./runBench.ts";

let bench: RunBench;
beforeAll(async () => {
  bench = await openRunBench([
    "bash",
    "dash",
    "busybox-static",
    "coreutils",
    "grep",
    "libc-bin",
    "perl-base",
  ]);
});
afterAll(() => bench.close());

// Line 1 of the recipe is its name, 3 the archive, 4 where stages begin.
const firstLine = 4;

describe("run", () => {
  it("runs a plain text with /bin/sh and logs what it says", async () => {
    const built = await bench.build(`- run: |
    echo said; echo warned >&2
    echo Welcome > /etc/motd
    mkdir -p /opt/a; touch /tmp/gone`);
    expect([...built.log].sort()).toEqual(["said", "warned"]);
    expect(built.changed).toEqual(["etc/motd", "opt", "opt/a"]);
    expect(await built.text("etc/motd")).toBe("Welcome\n");
  });

  it("runs a file with its own #! line, mounts, variables and a user, in a folder", async () => {
    await writeFile(
      join(bench.recipes, "set up.pl"),
      '#!/usr/bin/perl\nopen(F, ">", "made"); print F "$ENV{WHO} $< ", <>; print "done\\n";',
    );
    await writeFile(join(bench.recipes, "input"), "from the host");
    const built = await bench.build(`- run: mkdir -m 777 /srv
- run:
    file: set up.pl
    user: nobody
    cwd: /srv
    env: { WHO: me }
    mounts: [{ from: input, to: /opt/in }]
    timeout: 2m`);
    expect(built.log).toEqual(["done"]);
    expect(built.changed).toEqual(["srv/made"]);
    expect(await built.text("srv/made")).toBe("me 65534 ");
    expect(built.tree.get("srv/made")).toMatchObject({ uid: 65_534, gid: 65_534 });
  });

  it("is made anew when its script, a mounted file or the tree below changes, and only then", async () => {
    const stages = "- run: { script: cat /in > /out, mounts: [{ from: mounted, to: /in }] }";
    const text = async (content: string) => {
      await writeFile(join(bench.recipes, "mounted"), content);
      return (await bench.build(stages)).text("out");
    };
    expect(await text("one")).toBe("one");
    expect(await text("two")).toBe("two");
  });

  const failing = `echo start
work() {
  false
}
if true; then
  echo deep
fi
grep -q nothing /etc/passwd
echo never`;
  const shells = ["/bin/dash -eu", "/bin/bash -eu", "/bin/busybox ash -eu"];
  it.each(shells)("names the line of the script that failed, and the recipe's: %s", async shell => {
    const script = failing.replace(/^/gm, "      ");
    const failure = await bench.failure(`- run:
    shell: ${shell}
    script: |
${script}`);
    expect(failure).toMatchObject({
      code: "run-failed",
      advice: expect.stringContaining("output stands above"),
    });
    expect(failure.message).toContain("exit code 1 at line 8: `grep -q nothing /etc/passwd`.");
    expect(failure.message).toMatch(/\nstart\ndeep$/);
    expect(failure.range).toMatchObject({
      file: join(bench.recipes, "image.whittle.yaml"),
      start: { line: firstLine + 10, column: 9 },
      end: { line: firstLine + 10, column: 36 },
    });
  });

  it.each(shells)("names what is missing, a wrong word and an own exit code: %s", async shell => {
    const at = async (script: string) => {
      await writeFile(join(bench.recipes, "script"), script);
      const failure = await bench.failure(`- run: { file: script, shell: ${shell} }`);
      expect(failure.range?.file).toBe(join(bench.recipes, "script"));
      return { line: failure.range?.start.line, message: failure.message };
    };
    const missing = await at("echo one\n\nnosuchprogram --now\necho never\n");
    expect(missing.line).toBe(3);
    expect(missing.message).toContain("exit code 127 at line 3: `nosuchprogram --now`.");
    expect(missing.message).toMatch(/^.*nosuchprogram:.* not found$/m);
    expect(missing.message).not.toContain("/run/whittle");
    expect((await at("echo one\nif then\n")).line).toBe(2);
    expect((await at("echo one\nset +e\nfalse\necho two\nexit 3\n")).message).toContain(
      "exit code 3 at line 5: `exit 3`",
    );
    expect((await at('echo one\necho "$nothing"\n')).line).toBe(2);
    expect((await at("echo one\nsh -c 'kill -9 $$'\n")).message).toContain("was ended by signal 9 at line 2");
  });

  it("leaves a script alone that moves its messages itself", async () => {
    const built = await bench.build(`- run: |
    exec 2> /errors
    echo mine >&2`);
    expect(await built.text("errors")).toBe("mine\n");
  });

  it("says what the tree lacks to run it", async () => {
    const none = await bench.failure("- run: { script: echo, shell: /bin/zsh }");
    expect(none).toMatchObject({
      code: "run-shell-missing",
      message: expect.stringContaining("no /bin/zsh"),
    });
    const loader = await bench.failure("- remove: [/lib64, /usr/lib64]\n- run: echo");
    expect(loader).toMatchObject({ code: "run-shell-missing", message: expect.stringContaining("ld-linux") });
    const user = await bench.failure("- run: { script: echo, user: anna }");
    expect(user).toMatchObject({ code: "user-unknown", range: { start: { line: firstLine } } });
  });

  it("says that a program is for another processor", async () => {
    const foreign = process.arch === "x64" ? 183 : 62;
    const elf = Buffer.alloc(64);
    elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    elf.writeUInt16LE(2, 16);
    elf.writeUInt16LE(foreign, 18);
    elf.writeUInt16LE(64, 52);
    await writeFile(join(bench.recipes, "foreign"), elf);
    const failure = await bench.failure(`- files: [{ path: /bin/other, source: foreign, mode: "0755" }]
- run: { script: echo, shell: /bin/other }`);
    expect(failure).toMatchObject({
      code: "run-foreign-arch",
      message: expect.stringContaining("/usr/bin/other"),
    });
  });

  it("ends a script whose time is over", async () => {
    const failure = await bench.failure("- run: { script: sleep 1000, timeout: 0.5 }");
    expect(failure).toMatchObject({ code: "run-timeout", message: expect.stringContaining("0.5 s") });
  });

  it("leaves nothing behind", async () => {
    expect(await readdir(join(bench.host.cacheDir, "tmp"))).toEqual([]);
  });
});
