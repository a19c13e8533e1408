import { encodeUstar } from "./ustar.ts";

/** One pax record: `LENGTH KEY=VALUE\n`, where LENGTH counts itself. */
export function paxRecord(key: string, value: string | Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from("\n")]);
  let length = body.length + String(body.length).length;
  if (String(length).length > String(body.length).length) length++;
  return Buffer.concat([Buffer.from(String(length)), body]);
}

/** The pax member that goes before the member `name`: header, records, padding. */
export function encodePax(name: string, mtime: number, records: readonly Buffer[]): Buffer {
  const content = Buffer.concat(records);
  const header = encodeUstar({
    name: `PaxHeaders/${name.replace(/\/$/, "").slice(-80)}`,
    flag: "x",
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: content.length,
    mtime,
    link: "",
  });
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
