import { describe, expect, test } from "vitest";
import { flat, load, main } from "./loading.ts";

const good = `name: boots
description: BusyBox
arch: aarch64
version: "1.0"
options:
  network: { description: DHCP, default: true }
  debug: {}
stages:
  - kernel: { package: linux }
  - files:
      - path: /etc/hostname
        content: "boots\\n"
        mode: "0755"
  - remove: [ /a ] # and a comment

  # another
  - name: own
    when: network and not debug
    description: why
    remove: [ /b ]
  - when: debug
    tree: debug
  - remove: [ /c ]
outputs:
  - tar: {}
  - disk: { format: qcow2 }
boot:
  memory: 64M
  ready: "login:"
`;

describe("a valid recipe", () => {
  test("is loaded whole: header, stages whose `when` holds, unique names, boot with defaults", async () => {
    const { recipe, diagnostics } = await load(good);
    expect(diagnostics).toEqual([]);
    expect(recipe).toMatchObject({
      file: main,
      name: "boots",
      arch: "aarch64",
      version: "1.0",
      files: [main],
    });
    expect(recipe?.stages.map(({ kind, name }) => `${kind}=${name}`)).toEqual([
      ...["kernel=kernel", "files=files", "remove=remove", "remove=own", "remove=remove 2"],
    ]);
    expect(recipe?.stages[3]).toMatchObject({ description: "why", parameters: ["/b"], baseDir: "/recipes" });
    expect(recipe?.outputs.map(output => output.name)).toEqual(["tar", "disk"]);
    expect(recipe?.boot).toEqual({
      output: "disk",
      memory: "64M",
      cpus: 1,
      cmdline: "console=ttyS0",
      network: "user",
      forward: [],
      ready: "login:",
      timeout: 120,
      accelerator: "auto",
    });
  });

  test("knows where each value was written, else its nearest ancestor", async () => {
    const { recipe } = await load(good);
    expect(recipe?.locate(["boot", "memory"]).start).toEqual({ line: 28, column: 11 });
    expect(recipe?.locate(["boot", "cpus"]).start).toEqual({ line: 28, column: 3 });
    expect(recipe?.locate(["nothing"])).toMatchObject({ file: main, start: { line: 1, column: 1 } });
    expect(recipe?.locate(["stages", 3])).toEqual(recipe?.stages[3]?.range);
    expect(recipe?.locate(["stages", 1, "files", 0, "mode"]).start).toEqual({ line: 13, column: 15 });
    const files = recipe?.stages[1];
    expect(files?.locate([0, "mode"])).toEqual({
      file: main,
      start: { line: 13, column: 15 },
      end: { line: 13, column: 21 },
    });
    expect(files?.locate([0, "owner"]).start).toEqual({ line: 11, column: 9 });
    expect(recipe?.stages[2]?.range.end).toEqual({ line: 14, column: 19 });
    expect(files?.range).toEqual({
      file: main,
      start: { line: 10, column: 5 },
      end: { line: 13, column: 21 },
    });
  });

  test("without a name is called after its file, and is for this machine's processor", async () => {
    const { recipe } = await load("stages: [ tree: a ]\noutputs: [ tar: {} ]\n");
    expect(recipe?.name).toBe("main");
    expect(recipe?.arch).toBe(process.arch === "arm64" ? "aarch64" : "x86_64");
    expect(recipe?.boot.output).toBeUndefined();
  });

  test("may use aliases", async () => {
    const { recipe } = await load("stages:\n  - remove: &r [ /a ]\n  - remove: *r\noutputs: [ tar: {} ]\n");
    expect(recipe?.stages[1]?.parameters).toEqual(["/a"]);
    expect(recipe?.stages[1]?.locate([0]).start).toEqual({ line: 2, column: 18 });
  });

  test("that makes nothing is loaded with a warning", async () => {
    const { recipe, diagnostics } = await load("name: x\n");
    expect(recipe).toBeDefined();
    expect(diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      ...["warning no-stages", "warning no-outputs"],
    ]);
  });
});

describe("options", () => {
  test("are switched by the request", async () => {
    const { recipe } = await load(good, { with: ["debug"], without: ["network"] });
    expect(recipe?.options).toEqual([
      { name: "network", description: "DHCP", default: true, enabled: false },
      { name: "debug", description: undefined, default: false, enabled: true },
    ]);
    expect(recipe?.stages.map(stage => stage.kind)).toEqual(["kernel", "files", "remove", "tree", "remove"]);
  });

  test("that do not exist, or are switched both ways, are problems", async () => {
    const unknown = await load(good, { with: ["netwrk"] });
    expect(unknown.recipe).toBeUndefined();
    expect(flat(unknown, good)).toEqual([
      "unknown-option 5:1 [options] The recipe has no option `netwrk`. (Did you mean `network`?)",
    ]);
    const both = await load(good, { with: ["debug"], without: ["debug"] });
    expect(both.diagnostics.map(each => each.code)).toEqual(["option-conflict"]);
  });

  test("that a `when` names wrongly are marked in it", async () => {
    const text =
      'options: { network: {} }\nstages:\n  - when: "not (netwrk or network)"\n    tree: a\noutputs: [ tar: {} ]\n';
    expect(flat(await load(text), text)).toEqual([
      "unknown-option 3:17 [netwrk] The recipe has no option `netwrk`. (Did you mean `network`?)",
    ]);
  });

  test("in a `when` that is none are marked where it goes wrong", async () => {
    const text = "options: { a: {} }\nstages:\n  - when: a a\n    tree: a\n";
    expect(flat(await load(text), text)[0]).toMatch(/^when-syntax 3:13 \[a\] `a` does not belong here/);
  });
});

describe("names and boot.output", () => {
  test("the same written name twice is a problem at the second", async () => {
    const text = "stages:\n  - { name: x, tree: a }\n  - { name: x, tree: b }\n";
    expect(flat(await load(text), text)[0]).toMatch(/^duplicate-name 3:13 \[x\]/);
  });

  test("a number is never given twice", async () => {
    const text = "stages: [ tree: a, { name: tree 2, tree: b }, tree: c ]\noutputs: [ tar: {} ]\n";
    const { recipe } = await load(text);
    expect(recipe?.stages.map(stage => stage.name)).toEqual(["tree", "tree 2", "tree 3"]);
  });

  test.each([
    ["dsk", "unknown-output", "Did you mean `disk`?"],
    ["tar", "output-not-bootable", "Can be booted: disk."],
    ["initramfs", "unknown-output", undefined],
  ])("boot.output: %s is %s", async (name, code, advice) => {
    const outputs = "outputs:\n  - tar: {}\n  - disk: { format: raw }\n  - { when: small, initramfs: {} }\n";
    const text = `options: { small: {} }\nstages: [ tree: a ]\n${outputs}boot: { output: ${name} }\n`;
    const { diagnostics } = await load(text);
    expect(diagnostics).toMatchObject([{ code, range: { start: { line: 7, column: 17 } } }]);
    expect(diagnostics[0]?.advice).toBe(advice);
  });
});
