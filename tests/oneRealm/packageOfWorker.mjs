import { createHash } from "node:crypto";

const code = "module.exports = globalThis.requireOfWorker(__filename);";

/**
 * What Jest runs in place of a module of a package: takes the module from the worker's own `require` (`workerEnvironment.mjs`),
 * which evaluates it once and not again for each test file.
 * @type {import("@jest/transform").SyncTransformer}
 */
export default {
  process: () => ({ code }),
  getCacheKey: (_source, path) => createHash("sha256").update(`${code}\n${path}`).digest("hex"),
};
