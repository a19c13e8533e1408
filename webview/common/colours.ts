/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** Any CSS colour as it looks on `ground`. */
export function parseColour(css: string, ground: Rgb): Rgb {
  if (!probe) return ground;
  probe.fillStyle = toCss(ground);
  probe.fillRect(0, 0, 1, 1);
  probe.fillStyle = css;
  probe.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = probe.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** A CSS colour without its transparency: themes give some of those for charts as a tint for other grounds. */
export function opaqueColour(css: string, fallback: Rgb): Rgb {
  if (!probe) return fallback;
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = css;
  probe.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = probe.getImageData(0, 0, 1, 1).data;
  return alpha === 0 ? fallback : [red, green, blue];
}

export function toCss([red, green, blue]: Rgb): string {
  return `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)})`;
}

/** As `#rrggbb`, for what takes no other form. */
export function toHex(colour: Rgb): string {
  return `#${colour.map(channel => Math.round(channel).toString(16).padStart(2, "0")).join("")}`;
}

/** `share` (0 to 1) of `a`, the rest of `b`. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const blend = (one: number, other: number) => one * share + other * (1 - share);
  return [blend(a[0], b[0]), blend(a[1], b[1]), blend(a[2], b[2])];
}

/** Contrast of two colours as WCAG counts it: 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map(channel => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
