import { type Figure, median } from "./figures.ts";
import { cli, inWorkplace, secondsOf } from "./workplace.ts";

const rounds = 15;

/** `whittle build` when nothing changed, in turn with an empty Node process. */
export async function unchangedRebuild(): Promise<Figure[]> {
  return inWorkplace(async ({ recipe, env }) => {
    const cold = secondsOf(process.execPath, [cli, "build", recipe], env);
    const rebuilds: number[] = [];
    const empties: number[] = [];
    for (let round = 0; round < rounds; round++) {
      rebuilds.push(secondsOf(process.execPath, [cli, "build", recipe], env));
      empties.push(secondsOf(process.execPath, ["-e", "0"], env));
    }
    const [rebuild, empty] = [median(rebuilds), median(empties)];
    const ratio = median(rebuilds.map((each, index) => each / (empties[index] ?? each)));
    return [
      {
        name: "first build of examples/boots, empty cache",
        value: `${cold.toFixed(1)} s`,
        promise: "none; network included",
      },
      {
        name: "unchanged rebuild, whole process",
        value: `${(rebuild * 1000).toFixed(0)} ms`,
        promise: "at most 300 ms",
      },
      {
        name: "… against `node -e 0` in turn",
        value: `${(empty * 1000).toFixed(0)} ms, ratio ${ratio.toFixed(2)}`,
        promise: "ratio at most 3",
      },
    ];
  });
}
