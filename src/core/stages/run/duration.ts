const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Seconds of a number, or of a text such as `90s`, `10m` or `2h`. */
export function secondsOf(duration: number | string): number {
  if (typeof duration === "number") return duration;
  return Number(duration.slice(0, -1)) * (units[duration.slice(-1)] ?? 1);
}
