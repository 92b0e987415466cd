/**
 * Turns off Pulumi's source map support for stack traces. The SDK captures about ten traces per resource, and translating
 * them takes a tenth of the program's time, only to show lines of the SDK's TypeScript, which is not installed. Lines of this
 * program are right without source maps, because Node strips types in place.
 */

// Only under Pulumi's runner: other hosts of this program, such as jest, need their source maps.
if (process.env.PULUMI_NODEJS_MONITOR !== undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
