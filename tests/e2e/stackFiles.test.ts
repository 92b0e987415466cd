/**
 * The life of every environment's stack file, and of the example of AKS Automatic, on the simulated Azure: up, a change, an upgrade of
 * Kubernetes, and destroy. Their lives run side by side, each as a stack of its own with the settings of the file.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { adminKubeconfig } from "../../local/kubernetes/names.ts";
import { checkoutFolder, nodeBinary } from "../../local/settings.ts";
import { simulation } from "../../local/stack/simulation.ts";
import { environments } from "../../tools/pages/environmentsTable.ts";
import { azureInventory } from "./azureQueries.ts";
import { ownStack, type TestSettings } from "./ownStack.ts";
import { isReady, pods, start } from "./localStack.ts";

const files = [
  ...environments.map((name) => [name, `Pulumi.${name}.yaml`]),
  ["automatic", "examples/automatic.yaml"],
] as const;

/** What no stack file can have here: an image that is pulled, Entra, and the wait for rights. */
const here: Readonly<Record<string, TestSettings>> = {
  prod: { authorizedRanges: ["203.0.113.0/24"] },
  // Nobody signs in with Entra: a stand-in for kubelogin does.
  automatic: { localAccounts: undefined, nodeCount: undefined },
};

interface ArmResource {
  id: string;
  name: string;
  type: string;
  properties: Record<string, unknown>;
}
const clusterType = "Microsoft.ContainerService/managedClusters";

/** Minor versions of the cluster and its pools. */
async function versions(resourceGroup: string): Promise<Record<string, string>> {
  const { resources } = (await simulation("GET", "inventory")) as { resources: ArmResource[] };
  const own = resources.filter(
    ({ id, type }) => id.includes(`/resourceGroups/${resourceGroup}/`) && type.startsWith(clusterType),
  );
  return Object.fromEntries(
    own.flatMap(({ name, type, properties }) => {
      const version = properties.currentKubernetesVersion ?? properties.currentOrchestratorVersion;
      const minor = String(version).split(".").slice(0, 2).join(".");
      return version === undefined ? [] : [[type === clusterType ? "cluster" : name, minor] as const];
    }),
  );
}

/** What a life showed. */
interface Life {
  before: Record<string, string>;
  after: Record<string, string>;
  ready: boolean;
}

async function life(name: string, file: string): Promise<Life> {
  const { config } = parse(readFileSync(join(checkoutFolder, file), "utf8")) as { config: Record<string, unknown> };
  const own = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^tarmac:/, ""), value]));
  // Pods of all stacks share one node.
  const small = { cpuRequest: "100m", memoryRequest: "128Mi" };
  const local = { serviceType: "ClusterIP", nodeCount: own.nodeCount ?? 2 };
  const stack = await ownStack(`e2e-file-${name}`, { ...local, ...own, ...small, ...here[name] });
  const states = own.kubernetesVersion !== undefined;
  try {
    await stack.up(states ? { kubernetesVersion: "1.35" } : {});
    const { resourceGroup = "" } = await stack.outputs();
    const before = await versions(resourceGroup);
    // A change of the pods and of Azure's resources.
    const change = { labels: { round: "two" }, owner: "somebody-else" };
    await stack.up({ ...change, ...(states && { kubernetesVersion: "1.35" }) });
    stack.settings = { ...stack.settings, ...change };
    if (states) await stack.up();
    else if (own.upgradeChannel === "none") {
      stack.settings = { ...stack.settings, kubernetesVersion: "1.37" };
      await stack.up();
    } else {
      // AKS upgrades it by its channel: the next update finds nothing to do.
      const { resources } = (await simulation("GET", "inventory")) as { resources: ArmResource[] };
      const cluster = resources.find(
        ({ id, type }) => type === clusterType && id.includes(`/resourceGroups/${resourceGroup}/`),
      );
      await simulation("POST", "upgrade", { cluster: cluster?.id, version: "1.37.1" });
    }
    await stack.preview({}, "--expect-no-changes", "--diff");
    const after = await versions(resourceGroup);
    const running = await pods(stack.name);
    if (own.protect === true) {
      await expect(stack.pulumi("destroy", {}, "--yes", "--skip-preview")).rejects.toThrow(/protect/);
      await stack.up({ protect: false });
      stack.settings = { ...stack.settings, protect: false };
    }
    return { before, after, ready: running.length > 0 && running.every(isReady) };
  } finally {
    await stack.remove();
  }
}

const tools = mkdtempSync(join(tmpdir(), "tarmac-kubelogin-"));
const path = process.env.PATH;
const lives = new Map<string, PromiseSettledResult<Life>>();

beforeAll(async () => {
  await start();
  writeFileSync(join(tools, "kubelogin"), kubelogin());
  chmodSync(join(tools, "kubelogin"), 0o755);
  process.env.PATH = `${tools}${delimiter}${path ?? ""}`;
  const ended = await Promise.allSettled(files.map(([name, file]) => life(name, file)));
  ended.forEach((result, index) => lives.set(files[index]?.[0] ?? "", result));
});
afterAll(() => {
  process.env.PATH = path;
  rmSync(tools, { recursive: true });
});

/** Signs in to the local Kubernetes with the administrator's certificate, where AKS would ask Entra. */
const kubelogin = () => `#!${nodeBinary}
const { readFileSync } = require("node:fs");
if (process.argv[2] !== "get-token") process.exit(1);
const text = readFileSync(${JSON.stringify(adminKubeconfig)}, "utf8");
const data = (key) => Buffer.from(new RegExp(key + ': *"?([A-Za-z0-9+/=]+)').exec(text)[1], "base64").toString();
console.log(JSON.stringify({
  apiVersion: "client.authentication.k8s.io/v1beta1",
  kind: "ExecCredential",
  status: { clientCertificateData: data("client-certificate-data"), clientKeyData: data("client-key-data") },
}));
`;

it.each(files.map(([name]) => name))("goes through its life: %s", (name) => {
  const result = lives.get(name);
  if (result?.status !== "fulfilled") throw result?.reason ?? new Error(`${name} never lived`);
  const { before, after, ready } = result.value;
  expect(ready).toBe(true);
  expect(Object.keys(after)).toEqual(Object.keys(before));
  expect(new Set(Object.values(before)).size).toBe(1);
  const [from = "", to = ""] = [before.cluster, after.cluster];
  expect(Number(to.split(".")[1])).toBe(Number(from.split(".")[1]) + 1);
  expect(new Set(Object.values(after))).toEqual(new Set([to]));
});

it("leaves nothing behind", async () => {
  expect((await azureInventory()).filter((id) => id.includes("e2e-file-"))).toEqual([]);
});
