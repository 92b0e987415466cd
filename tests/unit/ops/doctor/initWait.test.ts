/** What an init container waits for: read from its command and its log, and checked against the Services. */
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import type { Finding } from "../../../../ops/doctor/finding.ts";
import type { Observation } from "../../../../ops/doctor/observation.ts";
import { before, observation, pod } from "./exampleObservations.ts";

type Env = { name: string; value: string }[];
interface Init {
  command?: string[];
  args?: string[];
  env?: Env;
  log?: string;
  seconds?: number;
}

const service = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { clusterIP: "10.0.0.9", selector: { app: name }, ports: [{ port: 5432 }], ...spec },
});
const ready = (name: string, is: boolean) => ({
  addressType: "IPv4",
  metadata: { labels: { "kubernetes.io/service-name": name } },
  endpoints: [{ addresses: ["10.1.1.1"], conditions: { ready: is } }],
});

function find(
  { command = ["/init"], args, env, log = "", seconds = 60 }: Init,
  parts: Partial<Observation> = {},
): Finding | undefined {
  const image = "a/init:1";
  return diagnose(
    observation({
      services: [],
      pods: [
        pod("web-1", {
          podStatus: {
            phase: "Pending",
            conditions: [{ type: "Ready", status: "False" }],
            containerStatuses: [],
            initContainerStatuses: [
              {
                name: "wait",
                image,
                imageID: "",
                ready: false,
                restartCount: 0,
                state: { running: { startedAt: before(seconds) } },
              },
            ],
          },
          spec: {
            containers: [{ name: "main", image }],
            initContainers: [
              {
                name: "wait",
                image,
                command,
                ...(args === undefined ? {} : { args }),
                ...(env === undefined ? {} : { env }),
              },
            ],
          },
          metadata: {
            creationTimestamp: before(seconds + 5),
            ownerReferences: [{ kind: "DaemonSet", name: "web", apiVersion: "", uid: "" }],
          },
        }),
      ],
      logs: [{ pod: "web-1", container: "wait", current: log }],
      ...parts,
    }),
  ).findings[0];
}

const twice = (line: string) => `${line}\n${line}\n`;

describe("the title names a Service only if the container asks for it", () => {
  it.each<[string, Init, RegExp]>([
    [
      "a sentence about a database",
      { log: twice("Waiting for database to be ready") },
      /has been waiting for 60 s: "Waiting/,
    ],
    ["a sentence about migrations", { log: twice("waiting for migrations") }, /has been waiting for 60 s: /],
    ["a sentence about a host", { log: twice("waiting for host to come up") }, /has been waiting for 60 s: /],
    ["a count", { log: twice("still not ready, attempt:10") }, /has been waiting for 60 s: /],
    ["a line of a program", { log: twice("wait.py:88 not ready, retrying") }, /has been waiting for 60 s: /],
    [
      "itself",
      { command: ["sh", "-c", "until curl http://localhost:8080; do sleep 1; done"], log: twice("not ready") },
      /has been waiting for 60 s: /,
    ],
    [
      "an address",
      { log: twice("waiting for pg:5432") },
      /waiting for pg:5432 for 60 s, and namespace "shop" has no Service "pg"$/,
    ],
    ["an address at the start", { log: twice("pg:5432 - no response, retrying") }, /has no Service "pg"$/],
    ["a name that was not resolved", { log: twice("nslookup: can't resolve 'pg'") }, /has no Service "pg"$/],
    [
      "a full name",
      { command: ["sh", "-c", "until nslookup pg.shop.svc.cluster.local; do sleep 2; done"] },
      /no Service "pg"$/,
    ],
    [
      "a variable",
      { command: ["sh", "-c", "until nc -z $DB_HOST 5432; do sleep 2; done"], env: [{ name: "DB_HOST", value: "pg" }] },
      /waiting for pg:5432 for 60 s, and namespace "shop" has no Service "pg"$/,
    ],
    [
      "words of a command",
      { command: ["nc", "-z", "pg", "5432"], log: twice("retrying") },
      /waiting for pg:5432 .* no Service "pg"$/,
    ],
  ])("%s", (_, init, title) => {
    const found = find(init);
    expect(found?.code).toBe("init-container-waits");
    expect(found?.title).toMatch(title);
  });

  it("with a sentence about a Service that exists", () => {
    const found = find(
      { log: twice("Waiting for database to be ready") },
      { services: [service("database")], reach: { endpointSlices: [ready("database", false)] } },
    );
    expect(found?.title).toMatch(/waiting for database for 60 s, and the Service "database" has no pod that is ready$/);
  });

  it("is the first of several that cannot answer", () => {
    const command = ["sh", "-c", "until nc -z pg 5432; do sleep 2; done; until nc -z cache 6379; do sleep 2; done"];
    const parts = { services: [service("pg")], reach: { endpointSlices: [ready("pg", true)] } };
    expect(find({ command }, parts)?.title).toMatch(/waiting for cache:6379 .* no Service "cache"$/);
  });
});

describe("a loop that waits", () => {
  const command = ["sh", "-c", "until nc -z pg 5432; do sleep 2; done; wget http://files.example.com/large"];

  it.each<[string, Partial<Observation>, RegExp]>([
    ["for no Service", { services: [] }, /no Service "pg"$/],
    [
      "for a Service without a ready pod",
      { services: [service("pg")], reach: { endpointSlices: [ready("pg", false)] } },
      /no pod that is ready$/,
    ],
    [
      "for another port than the Service's",
      { services: [service("pg", { ports: [{ port: 5433 }] })] },
      /has no port 5432, only 5433$/,
    ],
  ])("%s", (_, parts, title) => expect(find({ command }, parts)?.title).toMatch(title));

  it.each<[string, Partial<Observation>]>([
    ["a Service with a ready pod", { services: [service("pg")], reach: { endpointSlices: [ready("pg", true)] } }],
    ["a Service whose pods are unknown", { services: [service("pg")] }],
    [
      "a headless Service with another port",
      { services: [service("pg", { clusterIP: "None", ports: [{ port: 1 }] })] },
    ],
    ["an external name", { services: [service("pg", { type: "ExternalName", ports: [] })] }],
    ["a Service without a selector", { services: [service("pg", { selector: {} })], reach: { endpointSlices: [] } }],
  ])("is not at fault for %s: what follows it may be running", (_, parts) => {
    expect(find({ command }, parts)).toBeUndefined();
    expect(find({ command, seconds: 400 }, parts)?.title).toMatch(
      /has been running for 400 s, and the pod's containers start only/,
    );
  });

  it("has ended if the log continues", () => {
    const log = `${twice("pg:5432 not reachable")}${"downloading\n".repeat(6)}`;
    expect(find({ log })).toBeUndefined();
  });
});

describe("the fix for a misspelled Service", () => {
  const services = [service("db")];
  const patch = (init: Init) => find(init, { services })?.mend[0]?.command;

  it("changes the host and no other word", () => {
    expect(patch({ command: ["sh", "-c", "until pg_isready -h dbs -U dbs; do sleep 2; done"] })).toContain(
      "pg_isready -h db -U dbs;",
    );
  });

  it("keeps the rest of a full name", () => {
    expect(patch({ command: ["sh", "-c", "until nc -z dbs.shop.svc 5432; do sleep 2; done"] })).toContain(
      "nc -z db.shop.svc 5432;",
    );
  });

  it("changes separate words, and arguments in their own field", () => {
    const command = patch({ command: ["/bin/sh"], args: ["-c", "until nc -z dbs 5432; do sleep 2; done"] });
    expect(command).toContain('"command":["/bin/sh"],"args":["-c","until nc -z db 5432; do sleep 2; done"]');
    expect(patch({ command: ["nc", "-z", "dbs", "5432"], log: twice("retrying") })).toContain(
      '["nc","-z","db","5432"]',
    );
  });

  it("changes the variable that contains the name", () => {
    const env = [{ name: "DB_HOST", value: "dbs" }];
    expect(patch({ command: ["sh", "-c", "until nc -z ${DB_HOST} 5432; do sleep 2; done"], env })).toContain(
      "kubectl set env daemonset/web --namespace shop --containers wait DB_HOST=db",
    );
  });

  it("is missing if the name comes from elsewhere, or if no similar name exists", () => {
    expect(patch({ log: twice("waiting for dbs:5432") })).toBe("kubectl get services --all-namespaces");
    expect(patch({ command: ["sh", "-c", "until nc -z web 5432; do sleep 2; done"] })).toBe(
      "kubectl get services --all-namespaces",
    );
  });
});
