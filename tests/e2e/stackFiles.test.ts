/**
 * The life of each stack file, and of the example of AKS Automatic, on the simulated Azure: creation, a change, a Kubernetes upgrade, and
 * deletion. Each is a stack of its own with the settings of the file. The lives run side by side.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { adminKubeconfig } from "../../local/kubernetes/localCluster.ts";
import { checkoutFolder, nodeBinary } from "../../local/layout.ts";
import { simulation } from "../../local/stack/simulation.ts";
import { environments } from "../../tools/pages/environmentsTable.ts";
import { azureInventory } from "./azureQueries.ts";
import { isReady, pods, start } from "./localStack.ts";
import { ownStack, type TestSettings } from "./ownStack.ts";
import { runningVersions } from "./runningVersions.ts";

const files: Readonly<Record<string, string>> = {
  ...Object.fromEntries(environments.map((name) => [name, `Pulumi.${name}.yaml`])),
  automatic: "examples/automatic.yaml",
};

/** CI plays the file with the most settings and the one of the other cluster mode; TARMAC_E2E_STACK_FILES=all plays all of them. */
const playedInCi = ["prod", "automatic"];
const isPlayed = (name: string) => process.env.TARMAC_E2E_STACK_FILES === "all" || playedInCi.includes(name);
const played = Object.keys(files).filter(isPlayed);
const unplayed = Object.keys(files).filter((name) => !isPlayed(name));

/** Replaces settings that need Entra or the image of another environment, and adds those that the file leaves to its owner. */
const overrides: Readonly<Record<string, TestSettings>> = {
  staging: { imageFrom: undefined },
  prod: { imageFrom: undefined, authorizedRanges: ["203.0.113.0/24"] },
  // AKS Automatic has neither local accounts nor a system pool to size. The stand-in for kubelogin signs in.
  automatic: { localAccounts: undefined, nodeCount: undefined },
};

type MinorVersions = Record<string, string>;

const minorVersions = async (resourceGroup: string): Promise<MinorVersions> =>
  Object.fromEntries((await runningVersions(resourceGroup)).map(({ name, minor }) => [name, minor]));

interface Life {
  before: MinorVersions;
  after: MinorVersions;
  /** Whether every pod was ready after the upgrade. */
  ready: boolean;
}

async function life(name: string): Promise<Life> {
  const text = readFileSync(join(checkoutFolder, files[name] ?? ""), "utf8");
  const { config } = parse(text) as { config: Record<string, unknown> };
  const own = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^tarmac:/, ""), value]));
  // All stacks share one node.
  const small = { cpuRequest: "100m", memoryRequest: "128Mi" };
  const local = { serviceType: "ClusterIP", nodeCount: own.nodeCount ?? 2 };
  const stack = await ownStack(`e2e-file-${name}`, { ...local, ...own, ...small, ...overrides[name] });
  /** The file has a version; the life begins with the one before. */
  const hasVersion = own.kubernetesVersion !== undefined;
  const oldVersion = hasVersion ? { kubernetesVersion: "1.35" } : {};
  try {
    await stack.up(oldVersion);
    const { resourceGroup = "" } = await stack.outputs();
    const before = await minorVersions(resourceGroup);
    // Changes the pods and Azure's resources.
    const change = { labels: { round: "two" }, owner: "somebody-else" };
    await stack.up({ ...change, ...oldVersion });
    stack.settings = { ...stack.settings, ...change };
    if (hasVersion) await stack.up();
    else if (own.upgradeChannel === "none") {
      // Only the setting upgrades the cluster.
      stack.settings = { ...stack.settings, kubernetesVersion: "1.37" };
      await stack.up();
    } else {
      // AKS upgrades the cluster by its channel.
      const cluster = (await runningVersions(resourceGroup)).find(({ name: part }) => part === "cluster");
      await simulation("POST", "upgrade", { cluster: cluster?.id, version: "1.37.1" });
    }
    await stack.preview({}, "--expect-no-changes", "--diff");
    const after = await minorVersions(resourceGroup);
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

/** Signs in to the local Kubernetes with the administrator's certificate. The real kubelogin signs in with Entra. */
const kubelogin = () => `#!${nodeBinary}
const { readFileSync } = require("node:fs");
if (process.argv[2] !== "get-token") process.exit(1);
const text = readFileSync(${JSON.stringify(adminKubeconfig)}, "utf8");
const data = (key) => Buffer.from(new RegExp(key + ': *"?([A-Za-z0-9+/=]+)').exec(text)[1], "base64").toString();
console.log(JSON.stringify({
  apiVersion: JSON.parse(process.env.KUBERNETES_EXEC_INFO).apiVersion,
  kind: "ExecCredential",
  status: { clientCertificateData: data("client-certificate-data"), clientKeyData: data("client-key-data") },
}));
`;

const tools = mkdtempSync(join(tmpdir(), "tarmac-kubelogin-"));
const path = process.env.PATH;
const lives = new Map<string, PromiseSettledResult<Life>>();

beforeAll(async () => {
  await start();
  writeFileSync(join(tools, "kubelogin"), kubelogin());
  chmodSync(join(tools, "kubelogin"), 0o755);
  process.env.PATH = `${tools}${delimiter}${path ?? ""}`;
  const results = await Promise.allSettled(played.map(life));
  for (const [index, result] of results.entries()) lives.set(played[index] ?? "", result);
});

afterAll(() => {
  process.env.PATH = path;
  rmSync(tools, { recursive: true });
});

it.each(played)("goes through its whole lifecycle: %s", (name) => {
  const result = lives.get(name);
  if (result?.status !== "fulfilled") throw result?.reason ?? new Error(`${name} was not played`);
  const { before, after, ready } = result.value;
  expect(ready).toBe(true);
  expect(Object.keys(after)).toEqual(Object.keys(before));
  expect(new Set(Object.values(before)).size).toBe(1);
  const [from = "", to = ""] = [before.cluster, after.cluster];
  expect(Number(to.split(".")[1])).toBe(Number(from.split(".")[1]) + 1);
  expect(new Set(Object.values(after))).toEqual(new Set([to]));
});

it.skip.each(unplayed)("runs only with TARMAC_E2E_STACK_FILES=all, because it takes minutes: %s", () => undefined);

it("leaves nothing behind", async () => {
  expect((await azureInventory()).filter((id) => id.includes("e2e-file-"))).toEqual([]);
});
