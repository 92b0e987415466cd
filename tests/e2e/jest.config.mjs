import unit from "../../jest.config.mjs";

/**
 * End-to-end tests: on the local environment, which they start when it does not run. One file after the other: there is
 * one stack.
 * @type {import("jest").Config}
 */
export default {
  ...unit,
  rootDir: "../..",
  testMatch: ["<rootDir>/tests/e2e/**/*.test.ts"],
  maxWorkers: 1,
  // Twice and more what the longest test or hook takes on a slow machine with cold caches: it only limits what hangs.
  testTimeout: 600_000,
  verbose: true,
};
