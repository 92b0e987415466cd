import { readFileSync } from "node:fs";

const manifest = (folder) => JSON.parse(readFileSync(new URL(`${folder}/package.json`, import.meta.url), "utf8"));
/** The packages that the project imports: those that its package.json files name, without its own and Jest's. */
const named = [".", ...manifest(".").workspaces]
  .map(manifest)
  .flatMap((one) =>
    Object.keys({ ...one.dependencies, ...one.devDependencies, ...one.optionalDependencies, ...one.peerDependencies }),
  );
const packages = `(?:${[...new Set(named)].filter((name) => !/^@tarmac\/|^@types\/|jest|^@swc\/|^node$/.test(name)).join("|")})`;

/**
 * Tests with Jest's own environment, as the end-to-end tests run. The sources are ES modules with types; swc turns both into
 * what jest runs.
 * @type {import("jest").Config}
 */
export const plain = {
  testMatch: ["<rootDir>/tests/unit/**/*.test.ts"],
  testEnvironment: "node",
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

/**
 * Unit tests: no root, no Docker, no cluster. Packages are loaded once a worker, not once a test file, and test files run beside
 * them in the worker's own realm, which takes a third off the CPU time of all tests.
 * @type {import("jest").Config}
 */
export default {
  ...plain,
  testEnvironment: "<rootDir>/tests/oneRealm/workerEnvironment.mjs",
  testEnvironmentOptions: { globalsCleanup: "off" },
  setupFilesAfterEnv: ["<rootDir>/tests/unit/pulumiStackTraces.mjs"],
  transform: {
    [`/node_modules/${packages}/.+\\.[cm]?js$`]: "<rootDir>/tests/oneRealm/packageOfWorker.mjs",
    ...plain.transform,
  },
  // Jest and what it needs load themselves.
  transformIgnorePatterns: [`/node_modules/(?!${packages}/)`],
};
