import { plain } from "../../jest.config.mjs";

/**
 * End-to-end tests on the local environment, which they start if it does not run. They run one file after the other, because
 * they share one stack.
 * @type {import("jest").Config}
 */
export default {
  ...plain,
  rootDir: "../..",
  testMatch: ["<rootDir>/tests/e2e/**/*.test.ts"],
  maxWorkers: 1,
  // At least twice the longest test or hook on a slow machine with cold caches: only stops tests that hang.
  testTimeout: 600_000,
  verbose: true,
};
