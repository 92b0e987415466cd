/**
 * Pulumi takes a stack trace of each promise and each resource, for its reports of leaks and for the engine. No test reads
 * them, and putting source maps on them took a quarter of the CPU time of a component's tests.
 */
const pulumisOwn = /\/@pulumi\/pulumi\/(?:runtime\/debuggable|resource)\.js$/;
const prepare = Error.prepareStackTrace;
if (prepare)
  Error.prepareStackTrace = (error, frames) =>
    error.message === "" && pulumisOwn.test(frames[0]?.getFileName() ?? "") ? "Error" : prepare(error, frames);
