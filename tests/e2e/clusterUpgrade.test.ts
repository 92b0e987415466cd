/**
 * An upgrade to the next minor version of Kubernetes: the control plane first, then one pool after the other, under load. The version that
 * the simulated Azure reports changes, but the local Kubernetes does not. Evicting every pod takes the place of draining the upgraded nodes.
 */
import { evictAll, settled } from "../../bench/rollout/evict.ts";
import { startLoad, total, type PhaseReport } from "../../bench/load/httpLoad.ts";
import { setDelays } from "../../local/stack/simulation.ts";
import { ownStack, type OwnStack } from "./ownStack.ts";
import { start } from "./localStack.ts";
import { runningVersions } from "./runningVersions.ts";

const replicas = 2;
const [from, to] = ["1.35", "1.36"] as const;

/** What Azure reports about the cluster and its pools at one moment. */
interface Moment {
  /** Running minor versions, by name: `cluster` and the pools. */
  versions: Record<string, string>;
  /** Names of what Azure currently changes. */
  busy: string[];
}

let stack: OwnStack | undefined;
/** Each moment that differs from the one before. */
const moments: Moment[] = [];
let phases: PhaseReport[];

async function lookAt(resourceGroup: string): Promise<Moment> {
  const running = await runningVersions(resourceGroup);
  return {
    versions: Object.fromEntries(running.map(({ name, minor }) => [name, minor])),
    busy: running.filter(({ busy }) => busy).map(({ name }) => name),
  };
}

beforeAll(async () => {
  await start();
  const pool = { vmSize: "Standard_D4ads_v6", count: 1 };
  stack = await ownStack("e2e-upgrade", { replicas, kubernetesVersion: from, userPools: { apps: pool, batch: pool } });
  await stack.up();
  const { url = "", namespaceName = "", resourceGroup = "" } = await stack.outputs();
  // Long enough for the test to see it.
  await setDelays({ clusterSeconds: 5, agentPoolSeconds: 5 });
  const load = startLoad({ url }, "upgrade");
  const upgrade = stack.up({ kubernetesVersion: to });
  let over = false;
  const ended = upgrade.finally(() => (over = true)).catch(() => undefined);
  let drained: Promise<unknown> | undefined;
  try {
    while (!over) {
      const moment = await lookAt(resourceGroup);
      if (JSON.stringify(moment) !== JSON.stringify(moments.at(-1))) moments.push(moment);
      if (moment.busy.includes("apps")) drained ??= evictAll(namespaceName);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await ended;
    await drained;
    await settled(namespaceName, replicas);
    moments.push(await lookAt(resourceGroup));
  } finally {
    await setDelays({});
    phases = await load.stop();
  }
  await upgrade;
});

afterAll(async () => {
  await setDelays({});
  await stack?.remove();
});

it("ends with the control plane and every pool on the new version", () => {
  expect(moments[0]?.versions).toEqual({ cluster: from, system: from, apps: from, batch: from });
  expect(moments.at(-1)?.versions).toEqual({ cluster: to, system: to, apps: to, batch: to });
});

it("upgrades the control plane first, then one pool after the other", () => {
  const order = moments.flatMap(({ versions }, index) =>
    Object.keys(versions).filter((name) => versions[name] === to && moments[index - 1]?.versions[name] !== to),
  );
  expect(order).toEqual(["cluster", "apps", "batch", "system"]);
  // A request for the cluster also blocks its system pool.
  const ofPools = moments.filter(({ busy }) => !busy.includes("cluster"));
  for (const { busy } of ofPools) expect(busy.length).toBeLessThanOrEqual(1);
});

it("loses no request, even while the pods move", () => {
  expect(phases.map(({ phase, failures }) => ({ phase, failures }))).toEqual([{ phase: "upgrade", failures: {} }]);
  expect(total(phases).requests).toBeGreaterThan(500);
});

it("leaves nothing to update", async () => {
  await stack?.preview({ kubernetesVersion: to }, "--expect-no-changes", "--diff");
});
