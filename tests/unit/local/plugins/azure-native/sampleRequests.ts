/** Sample requests of the engine, with defaults for what a test does not set. */
import type { ResourceLog } from "../../../../../local/plugins/rpc/engineLog.ts";
import type { CheckRequest } from "../../../../../local/plugins/rpc/engineRequests.ts";

export const silentLog: ResourceLog = {
  info: () => undefined,
  warn: () => undefined,
  status: () => undefined,
};

export function checkRequest(type: string, fields: Partial<CheckRequest> = {}): CheckRequest {
  return {
    urn: `urn:pulumi:dev::test::${type}::web`,
    type,
    name: "web",
    log: silentLog,
    signal: new AbortController().signal,
    olds: {},
    news: {},
    randomSeed: Buffer.from("seed"),
    ...fields,
  };
}
