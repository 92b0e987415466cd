/** `npm start` repairs what an earlier run left behind: killed processes, a killed update, a lost cluster. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { network, stateFolder } from "../../local/layout.ts";
import { configFile, pendingOperations, stackEnvironment } from "../../local/stack/stack.ts";
import { setDelays } from "../../local/stack/simulation.ts";
import { azureInventory } from "./azureQueries.ts";
import { begin, run } from "./runProgram.ts";
import { eventually, failedUp, isReady, local, npm, outputs, pods, pulumi, start, up } from "./localStack.ts";

interface Part {
  name: string;
  pid?: number;
}

const parts = async (): Promise<Part[]> => {
  const printed = await run("npm", ["run", "--silent", "status", "--", "--json"], { env: process.env });
  return (JSON.parse(printed) as { parts: Part[] }).parts;
};

/** Kills parts of the environment, or all of them, as a crash would. */
async function crash(...names: string[]): Promise<void> {
  for (const { name, pid } of await parts()) {
    if (pid !== undefined && (names.length === 0 || names.includes(name))) process.kill(pid, "SIGKILL");
  }
  await sleep(500);
}

async function expectServing(): Promise<void> {
  const { url, namespaceName } = await outputs();
  const running = await pods(namespaceName);
  expect(running.filter(isReady)).toHaveLength(3);
  expect((await fetch(url)).status).toBe(200);
}

beforeAll(async () => {
  await start();
});

it("serves again after some parts were killed", async () => {
  await crash("kubelet", "etcd", "simulated-azure", "dockerd");
  await start();
  expect((await parts()).filter(({ pid }) => pid === undefined)).toEqual([]);
  await expectServing();
});

it("serves again after all parts were killed, as in a power cut", async () => {
  await crash();
  await start();
  await expectServing();
});

it("deploys the stack again after the cluster lost its data", async () => {
  await npm("run", "stop");
  rmSync(join(stateFolder, "kubernetes"), { recursive: true });
  await start();
  await expectServing();
  // APIs that a Service serves must be available, even after failed early attempts: otherwise no namespace can be deleted.
  await local("kubectl", "wait", "apiservice", "--all", "--for=condition=Available", "--timeout=60s");
});

it("sends no request for a missing Service's address to other networks", async () => {
  const { serviceCidr } = network;
  const address = serviceCidr.replace(/\.0\/16$/, ".254");
  expect(await local("kubectl", "get", "services", "--all-namespaces")).not.toContain(` ${address} `);
  await expect(fetch(`http://${address}/`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
});

it("starts over after an update was killed, and leaves none of its resources behind", async () => {
  await npm("run", "down");
  await setDelays({ clusterSeconds: 15 });
  try {
    const target = ["--stack", "local", "--config-file", configFile];
    const update = begin("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive", ...target], {
      env: stackEnvironment(),
    });
    // Kill it while Azure creates the cluster, so that its result is never recorded.
    await eventually(
      () => Promise.resolve(pendingOperations()),
      (begun) => begun.some((one) => one.includes("ManagedCluster")),
    );
    await update.kill();
  } finally {
    await setDelays({});
  }

  expect(await start()).toMatch(/Starting over/);
  await expectServing();
  // The stack's own group, and the one that AKS creates for the nodes. Other tests may have groups too.
  const groups = (await azureInventory()).filter((id) => /\/resourceGroups\/(MC_)?hello-local[^/]*$/i.test(id));
  expect(groups).toHaveLength(2);
});

describe("a rollout that fails", () => {
  it("reports the reason, leaves the old pods serving, and is repaired by the next update", async () => {
    const { url } = await outputs();
    expect(await failedUp({ memoryRequest: "16Mi", memoryLimit: "16Mi" })).toMatch(/oom-killed/);
    expect((await fetch(url)).status).toBe(200);
    await up();
    await expectServing();
    await pulumi("preview", {}, "--expect-no-changes");
  });
});

it("restores a label that somebody changed", async () => {
  await local(
    "kubectl",
    "label",
    "namespace",
    (await outputs()).namespaceName,
    "pod-security.kubernetes.io/enforce=baseline",
    "--overwrite",
  );
  await up({}, "--refresh");
  const { namespaceName } = await outputs();
  const label = await local(
    "kubectl",
    "get",
    "namespace",
    namespaceName,
    "--output",
    String.raw`jsonpath={.metadata.labels.pod-security\.kubernetes\.io/enforce}`,
  );
  expect(label).toBe("restricted");
});
