/** Advice for errors that Node.js, npm and drivers report in the same words everywhere, and cases around Jobs that do not end. */
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import { seldomWordings } from "./seldomWordings.ts";
import { crashed } from "./wordings.ts";

const mendOf = (log: string, container: object = {}, end: object = {}) =>
  diagnose(crashed(log, container, end)).findings[0]?.mend ?? [];

it.each([
  ["SyntaxError: Cannot use import statement outside a module", "reads the file as CommonJS"],
  [
    "ReferenceError: require is not defined in ES module scope, you can use import instead",
    "reads the file as an ES module",
  ],
  [
    "Error [ERR_REQUIRE_ESM]: require() of ES Module /app/node_modules/got/index.js not supported.",
    "load it by import",
  ],
  ["/usr/local/bin/node: bad option: --experimental-fetch-all", "does not have the option"],
  ['npm error Missing script: "start:prod"', "no such script"],
  ["Error: self-signed certificate in certificate chain", "NODE_EXTRA_CA_CERTS"],
  ['error: password authentication failed for user "app"', "Correct it in the Secret"],
  ["Error: ENOSPC: System limit for number of file watchers reached, watch '/app/src'", "without its watch mode"],
  ['TypeError [ERR_INVALID_CHAR]: Invalid character in header content ["authorization"]', "has a line end"],
  [
    "RangeError [ERR_SOCKET_BAD_PORT]: options.port should be >= 0 and < 65536. Received type number (NaN).",
    "not a number",
  ],
])("%s", (log, advice) => {
  expect(mendOf(log)[0]?.say).toContain(advice);
});

describe("an option that NODE_OPTIONS does not take", () => {
  const log = "/usr/local/bin/node: --expose-gc is not allowed in NODE_OPTIONS";

  it("is removed from the variable", () => {
    const env = [{ name: "NODE_OPTIONS", value: "--enable-source-maps --expose-gc" }];
    expect(mendOf(log, { env }, { exitCode: 9 })[0]?.command).toBe(
      "kubectl set env deployment/web --namespace shop --containers main NODE_OPTIONS=--enable-source-maps",
    );
  });

  it("has no command if it comes from the image", () => {
    expect(mendOf(log, {}, { exitCode: 9 })[0]?.command).toBeUndefined();
  });
});

it("a kill without an explanation does not present the last log line as its reason", () => {
  const [finding] = diagnose(crashed("listening on 8080", {}, { exitCode: 137 })).findings;
  expect(finding?.title).toBe("The process is killed by SIGKILL, and not for its memory limit");
});

it("an error without matching advice shows only the log", () => {
  expect(mendOf("Error: the table of seats is empty")[0]?.command).toContain("kubectl logs");
});

const worded = (made: string) => {
  const one = seldomWordings.find((each) => each.made === made);
  if (one === undefined) throw new Error(`no case "${made}"`);
  return one.seen();
};

describe("a Job that another container keeps", () => {
  it("gets that container as a sidecar", () => {
    const [finding] = diagnose(worded("Job whose proxy goes on running")).findings;
    expect(finding?.mend[0]?.command).toContain('"containers":[{"name":"istio-proxy","$patch":"delete"}]');
    expect(finding?.mend[0]?.command).toContain('"restartPolicy":"Always"');
  });

  it("gets no sidecar that its template does not have", () => {
    const seen = worded("Job whose proxy goes on running");
    const [job] = seen.jobs;
    Object.assign(job?.spec ?? {}, { template: { spec: { containers: [{ name: "main" }] } } });
    expect(diagnose(seen).findings[0]?.mend.map(({ command }) => command)).toEqual([undefined]);
  });
});

describe("a CronJob that skips starts", () => {
  const skipping = (event: object) => {
    const seen = worded("CronJob that its hanging Job keeps from starting");
    Object.assign(seen.events[0] ?? {}, event);
    return diagnose(seen).verdict;
  };

  it.each([
    ["once", { count: 1 }],
    ["since before this Job", { firstTimestamp: "2026-11-01T00:00:00Z" }],
  ])("%s is healthy", (_, event) => expect(skipping(event)).toBe("healthy"));

  it("adds up those of a series", () => {
    expect(
      skipping({
        firstTimestamp: undefined,
        eventTime: "2026-11-22T11:00:00Z",
        count: undefined,
        series: { count: 9 },
      }),
    ).toBe("failing");
  });
});

it("a pool that the autoscaler scales gets a higher maximum", () => {
  const [finding] = diagnose(worded("autoscaler at its maximum")).findings;
  expect(finding?.mend[1]?.command).toContain("az aks nodepool update --resource-group GROUP --cluster-name CLUSTER");
});
