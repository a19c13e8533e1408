import { describe, expect, test } from "vitest";
import { recipeCodes } from "../../../src/core/recipe/recipeCodes.ts";
import { flat, load } from "./loading.ts";

async function problems(text: string): Promise<string[]> {
  const result = await load(text);
  expect(result.recipe).toBeUndefined();
  for (const { code, severity } of result.diagnostics) {
    expect(Object.keys(recipeCodes)).toContain(code);
    expect(severity).toBe("error");
  }
  return flat(result, text);
}

describe("every problem is reported at once, each on its exact range", () => {
  test("in a recipe with many", async () => {
    const text = `name: boots
stages:
  - files:
      - { path: /etc/hostname, mode: 0755 }
      - { pth: /etc/x }
  - tre: overlay
  - tree: [a]
  - when: not and
    remove: [ 1, "" ]
  - remove: []
    files: []
  - name: x
  - tree
outputs:
  - tar:
  - disk: { format: qcow3, size: 64 }
boot:
  cpus: 1.5
  network: bridge
  ready: "login("
  forward: "1:2"
  timeout: 0
  outptu: disk
optoins: {}
`;
    expect(await problems(text)).toEqual([
      'wrong-type 4:38 [0755] Expected permission bits in octal, in quotes, such as "0644" or "0755" for `mode`, but found the number 0755. (Write it in quotes: "0755".)',
      "missing-key 5:9 [{ pth: /etc/x }] An entry of `files` needs the key `path`.",
      "unknown-key 5:11 [pth] An entry of `files` has no key `pth`. (Did you mean `path`?)",
      "unknown-kind 6:5 [tre] There is no kind of stage called `tre`. (Did you mean `tree`?)",
      "wrong-type 7:11 [[a]] Expected a path or a map of keys for `tree`, but found a list.",
      "when-syntax 8:15 [and] Here `and` stands where an option's name belongs. (Write option names with not, and, or and parentheses: `network and not debug`.)",
      'wrong-type 9:15 [1] Expected a text for an entry of `remove`, but found the number 1. (Write it in quotes: "1".)',
      'wrong-length 9:18 [""] An entry of `remove` must not be empty.',
      "wrong-length 10:13 [[]] `remove` needs at least one entry.",
      "two-kinds 11:5 [files] This stage is a `remove` already; it cannot be a `files` as well. (Begin a further stage with `- files:`.)",
      "no-kind 12:5 [name: x] This stage does not say its kind. (Kinds: files, tree, kernel, remove.)",
      'wrong-type 13:5 [tree] Expected a stage written as `kind: …`, but found the text "tree". (Write a colon and its parameters: `tree: …`.)',
      "wrong-type 15:5 [tar] Expected a map of keys for `tar`, but found nothing. (Write {} to take all defaults.)",
      'wrong-value 16:21 [qcow3] Expected raw or qcow2 for `format`, but found the text "qcow3". (Did you mean `qcow2`?)',
      "wrong-type 16:34 [64] Expected a number and a unit, such as 512K, 64M (= 64 MiB) or 1.5G for `size`, but found the number 64.",
      "out-of-range 18:9 [1.5] Expected a whole number from 1 to 64 for `cpus`, but found the number 1.5.",
      'wrong-value 19:12 [bridge] Expected user or none for `network`, but found the text "bridge".',
      'bad-regex 20:10 ["login("] `ready` is no valid regular expression: Unterminated group. (Put a backslash before ( ) [ ] { } * + ? . when the character itself is meant.)',
      'wrong-type 21:12 ["1:2"] Expected a list for `forward`, but found the text "1:2". (Put it in a list: [ … ].)',
      "out-of-range 22:12 [0] Expected a number above 0 for `timeout`, but found the number 0.",
      "unknown-key 23:3 [outptu] `boot` has no key `outptu`. (Did you mean `output`?)",
      "unknown-key 24:1 [optoins] The recipe has no key `optoins`. (Did you mean `options`?)",
    ]);
  });
});

describe("a value of several forms", () => {
  test("that fits none of the maps says what could complete it", async () => {
    const [found] = await problems("stages:\n  - kernel: {}\n");
    expect(found).toBe("missing-key 2:13 [{}] `kernel` needs `package` or `file`.");
  });

  test("that mixes two says which keys exclude each other", async () => {
    const [found] = await problems("stages:\n  - kernel: { package: a, file: b }\n");
    expect(found).toBe("key-conflict 2:27 [file] `file` cannot stand beside `package`. (Keep one of them.)");
  });

  test("is judged by the form of its type", async () => {
    const [found] = await problems("stages:\n  - tree: { sorce: a, source: b }\n");
    expect(found).toMatch(/^unknown-key 2:13 \[sorce\] `tree` has no key `sorce`/);
  });
});

describe("types that YAML mistakes", () => {
  test.each([
    ["version: 1.0", "wrong-type 1:10 [1.0]", 'Write it in quotes: "1.0".'],
    [
      "options: { a: { default: yes } }",
      "wrong-type 1:26 [yes]",
      "YAML 1.2 reads yes as text: write true or false.",
    ],
    ["name: true", "wrong-type 1:7 [true]", "but found true."],
    ["stages:", "wrong-type 1:1 [stages]", "but found nothing."],
    ["options: { not: {} }", "unknown-key 1:12 [not]", "cannot be a name"],
    ["name: a/b", "wrong-value 1:7 [a/b]", "at most 64 letters"],
    ["boot: { forward: ['70000:1'] }", "wrong-value 1:19 ['70000:1']", "a port of the host"],
  ])("%s", async (text, place, words) => {
    const [found] = await problems(text);
    expect(found).toContain(place);
    expect(found).toContain(words);
  });
});

describe("text that is no recipe", () => {
  test.each([
    ["an empty file", "", "not-a-recipe 1:1 []"],
    ["only a comment", "# c\n", "not-a-recipe 1:1 [# c]"],
    ["a list", "[1]", "not-a-recipe 1:1 [[1]]"],
    ["a key twice", "name: a\nname: b\n", "duplicate-key 2:1 [name]"],
    ["a tab", "stages:\n\t- tree: a\n", "tab-indent 2:1"],
    ["two documents", "name: x\n---\nname: y\n", "multiple-documents 2:1"],
    ["YAML 1.1", "%YAML 1.1\n---\nname: yes\n", "yaml-version 1:1 [%YAML 1.1]"],
    [
      "an unknown alias",
      "name: *x\n",
      "unknown-alias 1:7 [*x] This is an alias, but no value above is marked with its name.",
    ],
    [
      "an alias of itself",
      "stages: &a [*a]\n",
      "unknown-alias 1:13 [*a] This alias stands for a value that contains it.",
    ],
    ["a tag", "name: !foo x\n", "unknown-tag 1:7 [!foo]"],
    ["an unclosed quote", 'name: "abc\nstages: []\n', "yaml-syntax"],
    ["a list as a key", "? [a]\n: b\n", "yaml-syntax 1:3 [[] A key must be a plain text."],
  ])("%s", async (_what, text, start) => {
    const found = await problems(text);
    expect(found[0]?.slice(0, start.length)).toBe(start);
  });

  test.each([
    ["name: x\nfoo\nboot: {}\n", "2:1 [foo] This is no `key: value`"],
    ["description: a: b\n", "1:14 [a] A value holds another `key:` in the same line."],
    ["name: 'abc\nboot: {}\n", "A quote that opens above is never closed."],
    ["boot: { cpus: 1\nname: x\n", "2:1 [name] A list or map in brackets lacks its `}`."],
    ["stages:\n  - tree: a\n  name: x\n", "3:3 [name] This line's indentation fits none"],
    ["name: @x\n", "1:7 [@] A text cannot begin with `@`."],
  ])("%j says what is wrong in plain words", async (text, words) => {
    const found = await problems(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(words);
  });

  test("after a repeated key the rest is still checked", async () => {
    const found = await problems("name: a\nname: b\nbot: {}\n");
    expect(found.map(each => each.split(" ")[0])).toEqual(["duplicate-key", "unknown-key"]);
  });

  test("aliases that multiply are refused at once", async () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(10).fill(of).join(",")}]\n`;
    const text = level("a", "1") + level("b", "*a") + level("c", "*b") + level("d", "*c");
    const started = performance.now();
    expect((await problems(text))[0]).toMatch(/^alias-bomb 2:8 \[\*a\]/);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test("lists without end do not bring it down", async () => {
    const found = await problems(`stages: ${"[".repeat(5000)}`);
    expect(found.length).toBeLessThan(5);
    expect(found[0]).toContain("nested too deeply");
  });

  test("a file far too long is not read", async () => {
    expect((await problems(`# ${"x".repeat(1_000_001)}`))[0]).toMatch(/^file-too-large 1:1/);
  });
});

test("columns count UTF-16 units, and neither a byte order mark nor Windows line ends shift them", async () => {
  expect(await problems("\uFEFFname: x y\r\ndescription: 😀\r\nstages: 1\r\n")).toEqual([
    expect.stringContaining("wrong-value 1:7 "),
    expect.stringContaining("wrong-type 3:9 "),
  ]);
  expect((await problems("boot: { cmdline: 😀, cpus: x }"))[0]).toContain("1:28 [x]");
});
