/**
 * Pulumi's runner translates every stack trace by source maps, and its SDK takes some ten of them for each resource: a tenth
 * of the program's time, for lines of the SDK's TypeScript, which nobody has. The program's own lines are right without:
 * Node strips types in place.
 */

// Only under the runner: other hosts of this program, such as jest, do need their source maps.
if (process.env.PULUMI_NODEJS_MONITOR !== undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
