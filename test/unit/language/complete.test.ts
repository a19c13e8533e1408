import { describe, expect, test } from "vitest";
import { load } from "../recipe/loading.ts";
import { accept, complete, labels } from "./editor.ts";

describe("keys", () => {
  test("an empty file offers the keys of a recipe", () => {
    expect(labels("|")).toEqual([
      ...["name", "description", "arch", "version", "extends", "options", "stages", "outputs", "boot"],
    ]);
  });

  test("keys that are there already are not offered again, wherever they stand", () => {
    expect(labels("name: a\n|\nstages: []\noutputs: []\n")).not.toEqual(expect.arrayContaining(["name"]));
    expect(labels("boot:\n  |\n  memory: 64M\n")).not.toContain("memory");
    expect(labels("boot:\n  |\n  memory: 64M\n")).toContain("cpus");
    expect(labels("boot: { memory: 64M, | }")).not.toContain("memory");
  });

  test("a half-typed key is replaced as a whole", () => {
    expect(accept("boot:\n  mem|\n", "memory")).toBe("boot:\n  memory: 64M\n");
    expect(accept("boot:\n  cpus: 1\n  mem|\nname: x\n", "memory")).toBe(
      "boot:\n  cpus: 1\n  memory: 64M\nname: x\n",
    );
  });

  test("a key that has its value keeps it", () => {
    expect(accept("boot:\n  mem|ry: 64M\n", "memory")).toBe("boot:\n  memory: 64M\n");
  });

  test("required keys of an entry come first", () => {
    expect(labels("stages:\n  - files:\n      - |\n")).toEqual(["path", "content", "mode"]);
    expect(labels("outputs:\n  - disk: { | }")).toEqual(["format", "size"]);
  });

  test("a blank line under a key offers the keys of its map at that indentation", () => {
    expect(accept("name: x\nboot:\n  |", "network")).toBe("name: x\nboot:\n  network: user");
    expect(labels("name: x\nboot:\n  memory: 64M\n|")).toContain("stages");
  });

  test("behind a key with its colon, keys of its map go on a line below", () => {
    expect(accept("boot: |\n", "memory")).toBe("boot: \n  memory: 64M\n");
    expect(accept("stages:\n  - kernel: |\n", "package")).toBe("stages:\n  - kernel: \n      package: \n");
  });

  test("names of the author's own are offered as such, with what they hold", () => {
    expect(accept("options:\n  |", "name of your own")).toBe(
      "options:\n  name: { description: what it does, default: false }",
    );
    expect(accept("|", "options")).toBe("options:\n  name: { description: what it does, default: false }");
    expect(labels("options:\n  net:\n    |")).toEqual(["description", "default"]);
  });

  test("forms that exclude each other: after one key only its own form's keys are left", () => {
    expect(labels("stages:\n  - kernel: { | }")).toEqual(["package", "file", "modules"]);
    expect(labels("stages:\n  - kernel: { file: a, | }")).toEqual(["modules"]);
    expect(labels("stages:\n  - kernel:\n      package: a\n      |\n")).toEqual([]);
  });
});

describe("items", () => {
  const kinds = ["files", "tree", "kernel", "remove"];

  test("`- ` in stages offers every kind, with its example", () => {
    expect(labels("stages:\n  - |").slice(0, 4)).toEqual(kinds);
    expect(accept("stages:\n  - |", "kernel")).toBe(
      "stages:\n  - kernel: { package: linux-image-cloud-amd64 }",
    );
    expect(accept("stages:\n  - fi|\n  - tree: a\n", "files")).toBe(
      "stages:\n  - files:\n      - { path: /etc/hostname, content: boots }\n  - tree: a\n",
    );
  });

  test("a lone dash gets its space", () => {
    expect(accept("stages:\n  -|", "tree")).toBe("stages:\n  - tree: overlay");
  });

  test("a blank line in a list offers whole items", () => {
    expect(labels("stages:\n  |")).toEqual(kinds);
    expect(labels("stages:\n  - tree: a\n  |\noutputs: []\n")).toEqual(kinds);
    expect(accept("stages:\n  - tree: a\n  |\noutputs: []\n", "remove")).toBe(
      "stages:\n  - tree: a\n  - remove: [ /usr/share/doc ]\noutputs: []\n",
    );
  });

  test("behind `stages:` items go on a line below", () => {
    expect(accept("stages: |\n", "tree")).toBe("stages: \n  - tree: overlay\n");
  });

  test("lists without indentation are understood", () => {
    expect(labels("stages:\n- tree: a\n- |")).toEqual(expect.arrayContaining(kinds));
    expect(labels("stages:\n- tree: a\n|")).toEqual(expect.arrayContaining([...kinds, "outputs"]));
  });

  test("beside a kind only name, when and description are left", () => {
    expect(labels("stages:\n  - tree: a\n    |\n")).toEqual(["name", "when", "description"]);
    expect(labels("stages:\n  - name: x\n    |\n")).toEqual([...kinds, "when", "description"]);
  });

  test("an entry of a list of maps begins with what it must have", () => {
    expect(accept("stages:\n  - files:\n      |", "- path")).toBe("stages:\n  - files:\n      - path: ");
  });
});

describe("values", () => {
  test("fixed words and true and false, the default marked", () => {
    expect(labels("boot:\n  network: |\n")).toEqual(["user", "none"]);
    expect(labels("outputs:\n  - initramfs: { compress: | }")).toEqual(["zstd", "gzip", "xz", "none"]);
    expect(labels("outputs:\n  - disk:\n      format: |")).toEqual(["raw", "qcow2"]);
    expect(labels("stages:\n  - tree:\n      source: a\n      follow: |")).toEqual(["true", "false"]);
    expect(complete("boot:\n  network: |\n").items[0]?.detail).toBe("default");
  });

  test("a word that is there is replaced", () => {
    expect(accept("boot:\n  network: us|\n", "none")).toBe("boot:\n  network: none\n");
    expect(accept("outputs:\n  - initramfs: { compress: z| }", "xz")).toBe(
      "outputs:\n  - initramfs: { compress: xz }",
    );
  });

  test("a missing space behind the colon is added", () => {
    expect(accept("boot:\n  network:|\n", "none")).toBe("boot:\n  network: none\n");
  });

  test("`when` offers the recipe's options, replacing only the word at the cursor", () => {
    const head = "options:\n  network: { description: DHCP }\n  debug: {}\nstages:\n";
    expect(labels(`${head}  - when: |`)).toEqual(["network", "debug", "not network", "not debug"]);
    expect(accept(`${head}  - when: not net|`, "network")).toBe(`${head}  - when: not network`);
    expect(accept(`${head}  - when: not debug and n|`, "network")).toBe(
      `${head}  - when: not debug and network`,
    );
  });

  test("`boot.output` offers the names of the outputs", () => {
    const text = "outputs:\n  - disk: {}\n  - name: small\n    initramfs: {}\nboot:\n  output: |";
    expect(labels(text)).toEqual(["disk", "small"]);
  });

  test("sizes offer their default and examples", () => {
    expect(labels("boot:\n  memory: |")).toEqual(["256M", "64M", "1G"]);
  });

  test("paths on the host are left to the editor, with what they would replace", () => {
    const { items, path } = complete("stages:\n  - tree: ov|\n");
    expect(items).toEqual([]);
    expect(path).toEqual({ wants: "path", replace: { start: 18, end: 20 } });
    expect(complete("extends: |").path?.wants).toBe("path");
    expect(complete("extends: [a, |]").path?.wants).toBe("path");
    expect(complete("extends:\n  - |").path?.wants).toBe("path");
    expect(complete("name: |").path).toBeUndefined();
  });
});

describe("places that take nothing", () => {
  test.each([
    ["a comment", "name: x # |"],
    ["a text block", "description: >\n  some |\n"],
    ["a blank line in a text block", "description: >\n  some\n  |\nname: x\n"],
    ["the indentation before a key", "boot:\n |  memory: 64M\n"],
    ["deeper than any key above allows", "boot:\n  memory: 64M\n      |"],
  ])("%s", (_what, text) => {
    expect(labels(text)).toEqual([]);
  });
});

test("a hash in quotes or in a word begins no comment", () => {
  expect(labels('stages:\n  - files: [ { path: "/a", content: "a # b", | } ]')).toEqual(["mode"]);
  expect(labels("boot:\n  ready: it's#1\n  |")).toContain("memory");
});

describe("broken text", () => {
  test("an unclosed brace does not swallow what follows", () => {
    const text = "stages:\n  - files:\n      - { path: /a, |\n  - tree: b\noutputs:\n  - disk: {}\n";
    expect(labels(text)).toEqual(["content", "mode"]);
    expect(labels("stages:\n  - kernel: { package: a\nboot:\n  |")).toContain("memory");
  });

  test("a broken line elsewhere does not matter", () => {
    expect(labels("name: [\nfoo bar\nstages:\n  - tre\n  - :\nboot:\n  |\n")).toContain("memory");
  });

  test("Windows line ends are no part of a value", () => {
    expect(accept("boot:\r\n  network: us|\r\n", "none")).toBe("boot:\r\n  network: none\r\n");
    expect(labels("boot:\r\n  |\r\nname: x\r\n")).toContain("memory");
  });
});

test("nothing but completion makes a whole recipe", async () => {
  let text = accept("|", "name");
  text = accept(`${text}\n|`, "arch");
  text = accept(`${text}\n|`, "options");
  text = accept(`${text}\n|`, "stages").replace(/\s*- $/, "\n  |");
  text = accept(text, "kernel");
  text = accept(`${text}\n  |`, "remove");
  text = accept(`${text}\n    |`, "when");
  text = accept(`${text}|`, "not name");
  text = accept(`${text}\n  - |`, "files");
  text = accept(`${text}\n  -|`, "tree");
  text = accept(`${text}\n|`, "outputs").replace(/\s*- $/, "\n  |");
  text = accept(text, "initramfs");
  text = accept(`${text}\n  |`, "disk");
  text = accept(`${text}\n|`, "boot").replace(/\s*$/, "\n  |");
  text = accept(text, "output");
  text = accept(`${text}|`, "disk");
  for (const key of ["memory", "cpus", "cmdline", "network", "forward", "ready", "timeout", "accelerator"]) {
    text = accept(`${text}\n  |`, key);
  }
  const { recipe, diagnostics } = await load(text);
  expect(diagnostics, text).toEqual([]);
  expect(recipe?.stages.map(stage => stage.kind)).toEqual(["kernel", "remove", "files", "tree"]);
  expect(recipe?.boot).toMatchObject({
    output: "disk",
    memory: "64M",
    forward: ["2222:22"],
    ready: "login:",
  });
});
