/**
 * The process: settings, server, signals. Exit codes: 0 stopped after a drain, 1 unexpected error, 2 could not start.
 */
import { drainOnSignals } from "./drain.ts";
import { Health } from "./health.ts";
import { createLog } from "./log.ts";
import { createRoutes } from "./endpoints.ts";
import { createServer } from "./server.ts";
import { readSettings, type Settings, SettingsError } from "./settings.ts";

const log = createLog();

process.on("uncaughtException", (error) => {
  log.error("unexpected error", { error });
  process.exit(1);
});
// The service must survive the loss of its log collector.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

function settingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    for (const problem of error.problems) log.error(problem);
    process.exit(2);
  }
}

const settings = settingsOrExit();
const health = new Health();
const server = createServer({ ...settings, routes: createRoutes(settings, health), health, log });

// Before listening, because as PID 1 of a container a process without a handler ignores SIGTERM.
drainOnSignals(process, { ...settings, server, health, log }, () => process.exit(0));

server.once("error", (error: NodeJS.ErrnoException) => {
  const why = error.code === "EADDRINUSE" ? "another process is listening on it" : error.message;
  log.error(`Cannot listen on port ${settings.port}: ${why}. Set PORT to a free port.`, { code: error.code });
  process.exit(2);
});
server.listen(settings.port, () => {
  health.started();
  const { port, serviceName, version, podName, nodeName } = settings;
  log.info("listening", {
    port,
    service: serviceName,
    version,
    pod: podName,
    node: nodeName,
    runtime: process.version,
  });
});
