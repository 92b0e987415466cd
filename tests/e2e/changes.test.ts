/**
 * Changes of settings on a running stack: the real engine's preview of each, and that the service answers during several of
 * them. No change may replace or delete a resource that holds state or that a request needs.
 */
import { start } from "./localStack.ts";
import { ownStack, type OwnStack, type TestSettings } from "./ownStack.ts";

interface Step {
  op: string;
  urn: string;
}

let stack: OwnStack;
const apps = { vmSize: "Standard_D2s_v5", count: 1 };

beforeAll(async () => {
  await start();
  stack = await ownStack("changes", { replicas: 2, userPools: { apps } });
  await stack.up();
});

afterAll(() => stack.remove());

/** Operations of a preview as "OPERATION TYPE NAME", without unchanged resources. */
async function changesOf(settings: TestSettings): Promise<string[]> {
  const { steps } = JSON.parse(await stack.preview(settings, "--json")) as { steps: Step[] };
  return steps
    .filter(({ op }) => op !== "same")
    .map(({ op, urn }) => {
      const [, , type = "", name = ""] = urn.split("::");
      return `${op} ${type.split("$").at(-1)?.split(":").at(-1)} ${name}`;
    })
    .sort();
}

const tagged = [
  "update AgentPool changes-apps",
  "update ManagedCluster changes",
  "update Registry changes",
  "update ResourceGroup changes-changes",
  "update UserAssignedIdentity changes-control-plane",
  "update UserAssignedIdentity changes-kubelet",
];
const someGroup = "0f8fad5b-d9cb-469f-a165-70867728950e";
const base = { NODE_IMAGE: "localhost:47600/node:24.21.0-trixie-slim" };

/** Name of the change, its settings, and all operations that it causes. */
const changes: [string, TestSettings, string[]][] = [
  ["the owner", { owner: "team-b" }, tagged],
  ["the registry's SKU", { registrySku: "Standard" }, ["update Registry changes"]],
  ["the number of nodes", { nodeCount: 2 }, ["update ManagedCluster changes"]],
  ["a user pool's count", { userPools: { apps: { ...apps, count: 2 } } }, ["update AgentPool changes-apps"]],
  ["an additional user pool", { userPools: { apps, batch: apps } }, ["create AgentPool changes-batch"]],
  ["the cluster's tier", { clusterTier: "Standard" }, ["update ManagedCluster changes"]],
  [
    "local accounts",
    { localAccounts: false },
    ["update ManagedCluster changes", "update kubernetes changes-kubernetes"],
  ],
  [
    "the cluster's administrators",
    { clusterAdmins: { [someGroup]: "Group" } },
    // The deleted role assignment is that of the first deployer, who is no longer listed; no request depends on it.
    [`create RoleAssignment changes-${someGroup}`, "delete RoleAssignment changes-deployer"],
  ],
  ["the number of pods", { replicas: 3 }, ["update Deployment changes"]],
  [
    "an autoscaler instead of a number",
    { replicas: undefined, autoscale: { min: 2, max: 3 } },
    ["create HorizontalPodAutoscaler changes", "update Deployment changes"],
  ],
  ["an environment variable", { environment: { LOG_LEVEL: "debug" } }, ["update Deployment changes"]],
  [
    "a secret",
    { secretValues: { secret: { TOKEN: "hunter2" } } },
    ["create Secret changes-secret", "update Deployment changes"],
  ],
  ["the period of a probe", { readinessPeriodSeconds: 4 }, ["update Deployment changes"]],
  ["the pods' egress", { egressTo: ["10.20.0.0/24"] }, ["update NetworkPolicy changes"]],
  ["a build argument", { buildArgs: { ...base, OTHER: "1" } }, ["update Deployment changes", "update Image changes"]],
  ["the port of the process", { port: 8081 }, ["update Deployment changes"]],
  ["the port of the Service", { servicePort: 81 }, ["update Service changes"]],
];

describe("a change of one setting changes only what it must", () => {
  it.each(changes)("%s", async (_, settings, expected) => {
    expect(await changesOf(settings)).toEqual(expected);
  });
});

describe("during changes", () => {
  const cluster = {
    ...{ owner: "team-b", tags: { "cost-centre": "4711" }, registrySku: "Standard", clusterTier: "Standard" },
    userPools: { apps: { ...apps, count: 2 } },
  };
  const service = {
    ...{ replicas: 3, memoryLimit: "300Mi", environment: { LOG_LEVEL: "debug" }, readinessPeriodSeconds: 4 },
    ...{ port: 8081, egressTo: ["10.20.0.0/24"], secretValues: { secret: { TOKEN: "hunter2" } } },
  };

  it.each([
    ["to registry and cluster", cluster],
    ["to the service, which roll out", { ...cluster, ...service }],
  ])("%s, every request is answered", async (_, settings) => {
    const { url = "" } = await stack.outputs();
    const update = { done: false };
    const updated = stack.up(settings).finally(() => (update.done = true));
    // The await below reports a failure; without this line it would end the process first.
    updated.catch(() => undefined);
    const answers: unknown[] = [];
    while (!update.done) {
      const answer = fetch(url, { headers: { connection: "close" }, signal: AbortSignal.timeout(5000) });
      answers.push(await answer.then(({ status }) => status).catch((error: unknown) => error));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await updated;
    expect(answers.length).toBeGreaterThan(40);
    expect(answers.filter((status) => status !== 200)).toEqual([]);
    expect(await changesOf(settings)).toEqual([]);
  });
});
