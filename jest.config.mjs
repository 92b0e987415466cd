/**
 * Unit tests: no root, no Docker, no cluster. The sources are ES modules with types; swc turns both into what jest runs.
 * @type {import("jest").Config}
 */
export default {
  testMatch: ["<rootDir>/tests/unit/**/*.test.ts"],
  testEnvironment: "node",
  setupFilesAfterEnv: ["<rootDir>/tests/unit/pulumiStackTraces.mjs"],
  // Most of the time goes into loading providers and waiting for real processes: every core helps.
  maxWorkers: "100%",
  // Not jest's five seconds: on a busy machine a real process, or the simulation of a cluster with its many resources, takes longer.
  testTimeout: 60_000,
  transform: { "^.+\\.[cm]?[jt]s$": ["@swc/jest", { jsc: { target: "es2023" }, module: { type: "commonjs" } }] },
  // Packages that ship ES modules only are transformed like the sources; everything else is loaded as it is.
  transformIgnorePatterns: [
    "/node_modules/(?!(uuid|jose|@kubernetes/client-node|openid-client|oauth4webapi|jsonpath-plus|js-yaml|commander|@commander-js/extra-typings|@bomb.sh/tab|@octokit/[^/]+|before-after-hook|universal-user-agent|content-type|json-with-bigint|@noble/[^/]+)/)",
  ],
  // For `npm run coverage`: what runs in `pulumi up`. Commands are programs of their own, which coverage does not see into.
  collectCoverageFrom: ["{config,index}.ts", "{bootstrap,components,plugin,settings,validate}/**/*.ts"],
  // Twice as quick as V8's, and its branches are those of the source.
  coverageProvider: "babel",
  coverageReporters: ["text"],
  coverageThreshold: { global: { branches: 95, functions: 95, lines: 95 } },
};
