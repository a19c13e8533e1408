/** One JSON object on a line of its own, on standard output; seconds to the millisecond. */
export function writeJson(value: unknown): void {
  const rounded = (_key: string, each: unknown): unknown =>
    typeof each === "number" && !Number.isInteger(each) ? Math.round(each * 1000) / 1000 : each;
  process.stdout.write(`${JSON.stringify(value, rounded)}\n`);
}
