import { createRequire } from "node:module";

/**
 * Pulumi takes a stack trace of each promise and each resource, for its reports of leaks and for the engine. No test reads
 * them, and they took a quarter of the CPU time of a component's tests.
 */
const debuggable = createRequire(import.meta.url)("@pulumi/pulumi/runtime/debuggable.js");
debuggable.debuggablePromise = (promise) => promise;

const pulumisOwn = /\/@pulumi\/pulumi\/resource\.js$/;
const prepare = Error.prepareStackTrace;
if (prepare)
  Error.prepareStackTrace = (error, frames) =>
    error.message === "" && pulumisOwn.test(frames[0]?.getFileName() ?? "") ? "Error" : prepare(error, frames);
