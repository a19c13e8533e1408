import { Type } from "@sinclair/typebox";
import { atParameter } from "./atParameter.ts";
import { defineStage } from "./stage.ts";

const label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

/** `hostname`: the name that the system has on the network. */
export const hostname = defineStage({
  kind: "hostname",
  version: 1,
  icon: "tag",
  summary: "Gives the system its host name.",
  parameters: Type.String({
    pattern: `^(?=.{1,64}$)${label}(?:\\.${label})*$`,
    patternErrorMessage:
      "a host name: letters, digits and - between them, perhaps with dots, 64 characters at most",
    description:
      "The name, for /etc/hostname and, where the file /etc/hosts exists, its line for 127.0.1.1. With dots it is a full " +
      "name, whose first part is the host's.",
    examples: ["demo", "demo.example.org"],
  }),
  readsTree: true,
  example: "demo",
  async apply(name, context) {
    const { linesOf, putText, textAt, textOf } = await import("./settings/treeText.ts");
    const tree = await context.below();
    await atParameter(context, [], async () => {
      const [host = name] = name.split(".");
      await putText(await textAt(tree, "etc/hostname"), `${name}\n`, context);
      const hosts = await textAt(tree, "etc/hosts");
      if (hosts.text === undefined) return;
      const own = `127.0.1.1\t${host === name ? name : `${name} ${host}`}`;
      const lines = linesOf(hosts.text);
      const isFor = (address: string) => (line: string) => line.trim().split(/\s+/)[0] === address;
      const rest = lines.filter(line => !isFor("127.0.1.1")(line));
      const old = lines.findIndex(isFor("127.0.1.1"));
      const at = old >= 0 ? old : rest.findLastIndex(isFor("127.0.0.1")) + 1;
      const edited = rest.toSpliced(at, 0, own);
      await putText(hosts, textOf(edited), context);
    });
  },
});
