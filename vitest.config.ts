import { defineConfig } from "vitest/config";

// Three layers, slowest last: `unit` is what people run while they type; `integration` runs the real tools
// (QEMU included); `e2e` drives a real VS Code. Files run one after another where they share a machine.
export default defineConfig({
  test: {
    projects: [
      {
        // People run these while they type: every core, and no new process for each file.
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          testTimeout: 10_000,
          pool: "threads",
          maxWorkers: "100%",
          isolate: false,
        },
      },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
