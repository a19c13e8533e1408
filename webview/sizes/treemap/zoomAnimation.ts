import { wantsLessMotion } from "../../common/theme.ts";

export interface Area {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

const duration = 180;

/**
 * Shows on the visible canvas how one picture becomes another: the entered folder grows out of its old place, or the
 * left one shrinks to its new place. The picture it ends in was drawn before; each step only copies.
 */
export class ZoomAnimation {
  readonly #canvas: HTMLCanvasElement;
  #scene = document.createElement("canvas");
  #old = document.createElement("canvas");
  #running = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  /** What to draw the finished picture on, `width` by `height` device pixels; first call keepOldPicture() to zoom. */
  scene(width: number, height: number): CanvasRenderingContext2D | null {
    for (const canvas of [this.#scene, this.#canvas]) {
      // Setting a size clears and allocates, even the same size.
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
    }
    return this.#scene.getContext("2d", { alpha: false });
  }

  keepOldPicture(): void {
    [this.#old, this.#scene] = [this.#scene, this.#old];
  }

  showScene(): void {
    cancelAnimationFrame(this.#running);
    this.#canvas.getContext("2d", { alpha: false })?.drawImage(this.#scene, 0, 0);
  }

  /** `entered`: where the new picture lay in the old one; else `left`: where the old one lies in the new. */
  run({ entered, left }: { readonly entered: Area | undefined; readonly left: Area | undefined }): void {
    const area = entered ?? left;
    if (!area || wantsLessMotion()) {
      this.showScene();
      return;
    }
    cancelAnimationFrame(this.#running);
    const [outer, inner] = entered ? [this.#old, this.#scene] : [this.#scene, this.#old];
    const started = performance.now();
    const step = () => {
      const time = Math.min(1, (performance.now() - started) / duration);
      const eased = 1 - (1 - time) ** 3;
      if (time === 1) {
        this.showScene();
      } else {
        this.#draw(outer, inner, area, entered ? eased : 1 - eased);
        this.#running = requestAnimationFrame(step);
      }
    };
    step();
  }

  /** `progress` 0: `outer` as it is, with `inner` small on `area`; 1: `inner` fills the canvas. */
  #draw(outer: HTMLCanvasElement, inner: HTMLCanvasElement, area: Area, progress: number): void {
    const context = this.#canvas.getContext("2d", { alpha: false });
    if (!context) return;
    const { width, height } = this.#canvas;
    const scale = window.devicePixelRatio;
    const blend = (from: number, to: number) => from + (to - from) * progress;
    const x = blend(area.x0 * scale, 0);
    const y = blend(area.y0 * scale, 0);
    const innerWidth = blend((area.x1 - area.x0) * scale, width);
    const innerHeight = blend((area.y1 - area.y0) * scale, height);
    const stretchX = innerWidth / ((area.x1 - area.x0) * scale);
    const stretchY = innerHeight / ((area.y1 - area.y0) * scale);
    context.drawImage(
      outer,
      x - area.x0 * scale * stretchX,
      y - area.y0 * scale * stretchY,
      width * stretchX,
      height * stretchY,
    );
    context.globalAlpha = progress;
    context.drawImage(inner, x, y, innerWidth, innerHeight);
    context.globalAlpha = 1;
  }
}
