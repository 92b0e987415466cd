/** Finds the object in the cluster for a host that a process could not resolve, and its actual place. */
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import type { Observation } from "../../../../ops/doctor/observation.ts";
import { before, observation, pod } from "./exampleObservations.ts";

const finding = (host: string, parts: Partial<Observation> = {}) =>
  diagnose(
    observation({
      services: [],
      pods: [
        pod("web-1", {
          status: {
            state: { waiting: { reason: "CrashLoopBackOff" } },
            lastState: { terminated: { exitCode: 1, reason: "Error", startedAt: before(40), finishedAt: before(39) } },
          },
          spec: { containers: [{ name: "main", image: "a/b:1", env: [{ name: "URL", value: `http://${host}/x` }] }] },
        }),
      ],
      logs: [{ pod: "web-1", container: "main", previous: `Error: getaddrinfo ENOTFOUND ${host}` }],
      ...parts,
    }),
  ).findings[0];

const service = (name: string, clusterIP = "10.0.0.1") => ({ metadata: { name }, spec: { clusterIP } });

it.each<[string, string, Partial<Observation>, RegExp]>([
  ["is not a Service", "vault", {}, /namespace "shop" has no Service "vault"$/],
  [
    "is a Service of another namespace",
    "vault",
    { namesakes: { vault: ["security"] } },
    /it is in namespace "security"$/,
  ],
  [
    "is not in the namespace that it names",
    "vault.safe.svc.cluster.local",
    { namesakes: { vault: [] } },
    /namespace "safe" has no Service "vault"$/,
  ],
  [
    "is in a namespace that was not read",
    "vault.safe",
    {},
    /a Service of namespace "safe", which the cluster's DNS cannot resolve/,
  ],
  [
    "exists",
    "vault",
    { services: [service("vault")] },
    /did not resolve at that time, although namespace "shop" has the Service "vault"/,
  ],
  ["is headless", "db", { services: [service("db", "None")] }, /the headless Service "db" has no pod that is ready/],
  [
    "is a pod of a headless Service",
    "db-0.db",
    { services: [service("db", "None")] },
    /the headless Service "db" has no pod that is ready/,
  ],
  ["is outside", "api.example.com", {}, /which the cluster's DNS cannot resolve$/],
])("a host that %s: %s", (_, host, parts, title) => {
  const found = finding(host, parts);
  expect(found?.code).toBe("host-not-found");
  expect(found?.title).toMatch(title);
});

it.each<[string, Partial<Observation>, string]>([
  ["in another namespace", { namesakes: { vault: ["security"] } }, "http://vault.security/x"],
  ["with a similar name", { services: [service("vaults")] }, "http://vaults/x"],
])("the variable is set to the Service %s", (_, parts, url) => {
  expect(finding("vault", parts)?.mend[0]?.command).toContain(url);
});
