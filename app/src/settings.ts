/** The settings of this process: read from the environment once, at the start. */
import { readFileSync } from "node:fs";

export interface Settings {
  /** TCP port to listen on. `PORT`; default 8080. */
  port: number;
  /** Name shown to people and programs. `SERVICE_NAME`; default: the package's name. */
  serviceName: string;
  /** Version of the image. `APP_VERSION`, which the Dockerfile sets from its build argument `VERSION`. */
  version: string;
  /** Name of the pod. `POD_NAME` (downward API); null outside Kubernetes. */
  podName: string | null;
  /** Name of the node that the pod runs on. `NODE_NAME` (downward API); null outside Kubernetes. */
  nodeName: string | null;
  /** Seconds to keep serving after SIGTERM, until load balancers notice. `DRAIN_SECONDS`; default 5. */
  drainSeconds: number;
  /** Seconds that requests still open after the drain may take before they are cut. `CLOSE_SECONDS`; default 10. */
  closeSeconds: number;
  /** Seconds that a client may take to send a whole request. `REQUEST_SECONDS`; default 30. */
  requestSeconds: number;
}

/** Every invalid setting, one line each: its name, its value, what is allowed. */
export class SettingsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "SettingsError";
    this.problems = problems;
  }
}

/**
 * Reads the settings from an environment such as `process.env`.
 *
 * @throws SettingsError with every invalid value, so that one start is enough to find them all
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];

  const port = (): number => {
    const value = env.PORT ?? "8080";
    const number = Number(value);
    if (/^\d{1,5}$/.test(value) && number >= 1 && number <= 65_535) return number;
    problems.push(`PORT: ${JSON.stringify(value)} is not a whole number from 1 to 65535; set, for example, PORT=8080.`);
    return 0;
  };

  const seconds = (name: string, fallback: number, lowest: number): number => {
    const value = env[name] ?? String(fallback);
    const number = Number(value);
    if (/^\d+(\.\d+)?$/.test(value) && number >= lowest && number <= 3600) return number;
    problems.push(
      `${name}: ${JSON.stringify(value)} is not a number of seconds from ${lowest} to 3600; set, for example, ${name}=${fallback}.`,
    );
    return 0;
  };

  const settings: Settings = {
    port: port(),
    serviceName: given(env.SERVICE_NAME) ?? packageName(),
    version: given(env.APP_VERSION) ?? "development",
    podName: given(env.POD_NAME) ?? null,
    nodeName: given(env.NODE_NAME) ?? null,
    drainSeconds: seconds("DRAIN_SECONDS", 5, 0),
    closeSeconds: seconds("CLOSE_SECONDS", 10, 0),
    requestSeconds: seconds("REQUEST_SECONDS", 30, 0.1),
  };
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/** Treats an empty value as unset. */
function given(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

function packageName(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { name: string }).name;
}
