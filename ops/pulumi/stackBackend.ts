/** The state backend of a stack, if environments have separate backends and one job reads several environments. */
import { UsageError } from "../couldNotRun.ts";
import { shortName } from "./stackName.ts";

/** JSON object: backend URL by environment. A stack is named like its environment, or ENVIRONMENT-SUFFIX. */
const variable = "PULUMI_BACKEND_URLS";

/**
 * The variable that points Pulumi to the stack's backend.
 * @returns an empty object if the environment names no backend for the stack: then Pulumi's own settings apply
 * @throws UsageError if the variable cannot be parsed
 */
export function backendOf(stack: string, env: NodeJS.ProcessEnv): { PULUMI_BACKEND_URL?: string } {
  const text = env[variable];
  if (text === undefined || text === "") return {};
  const name = shortName(stack);
  const [, url] =
    Object.entries(parsed(text)).find(([environment]) => name === environment || name.startsWith(`${environment}-`)) ??
    [];
  return url === undefined ? {} : { PULUMI_BACKEND_URL: url };
}

/** Every backend that the environment names: its environments, by URL. */
export function namedBackends(env: NodeJS.ProcessEnv): ReadonlyMap<string, readonly string[]> {
  const text = env[variable];
  const urls = text === undefined || text === "" ? [] : Object.entries(parsed(text));
  return new Map(
    [...Map.groupBy(urls, ([, url]) => url)].map(([url, entries]) => [
      url,
      entries.map(([environment]) => environment),
    ]),
  );
}

function parsed(text: string): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Below.
  }
  const isMap =
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((url) => typeof url === "string");
  if (isMap) return value as Record<string, string>;
  throw new UsageError(
    `${variable}: "${text}" is not a JSON object of backend URLs by environment; use e.g. {"dev":"azblob://pulumi-state-dev?storage_account=contosostate"}`,
  );
}
