import { describe, expect, it } from "vitest";
import { followMake } from "../../../src/core/kconfig/build/makeOutput.ts";

function follow(text: string) {
  const output = followMake("/run/source");
  for (const line of text.split("\n")) output.take(line);
  return output;
}

describe("followMake", () => {
  it("counts what is made, and adds make's own reckoning of the rest to it", () => {
    const prepared =
      "  HOSTCC  scripts/basic/fixdep\n  UPD     include/generated/utsrelease.h\nmake[1]: Nothing";
    expect(follow(prepared)).toMatchObject({ done: 2, total: undefined });
    expect(follow(`${prepared}\n@steps 3\n  CC      init/main.o`)).toMatchObject({ done: 3, total: 5 });
    expect(follow(`${prepared}\n@steps 1\n  CC      a.o\n  CC [M]  b.o`)).toMatchObject({
      done: 4,
      total: 4,
    });
  });

  it("shows the first errors of the compiler, with files as the source has them", () => {
    const output = follow(`  CC      init/main.o
In file included from /run/source/init/main.c:21:
/run/source/init/main.c:12:5: error: unknown type name 'foo'
/run/source/init/main.c:14:1: warning: unused
  CC      init/version.o
../source/include/a.h:3: fatal error: no such header
make[3]: *** [/run/source/scripts/Makefile.build:250: init/main.o] Error 1
make: *** [Makefile:250: __sub-make] Error 2`);
    expect(output.problem()).toBe(
      "init/main.c:12:5: error: unknown type name 'foo'\n../source/include/a.h:3: fatal error: no such header",
    );
  });

  it("shows what the linker or make says where no compiler complains", () => {
    const linker = "ld: init/main.o: in function `start':\nmain.c:(.text+0x5): undefined reference to `gone'";
    expect(follow(`  LD      vmlinux\n${linker}\nmake: *** Error 1`).problem()).toBe(linker);
    const rule = "make[2]: *** No rule to make target 'debian/certs/a.pem', needed by 'certs/x'.  Stop.";
    expect(follow(`  CC      a.o\n${rule}`).problem()).toBe(rule);
  });

  it("shows the last lines when nothing looks like an error", () => {
    const many = Array.from({ length: 40 }, (_, index) => `line ${index}`).join("\n");
    expect(follow(many).problem().split("\n")).toEqual(
      Array.from({ length: 12 }, (_, at) => `line ${at + 28}`),
    );
  });
});
