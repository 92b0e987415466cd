/** What an earlier run may leave behind, and that `npm start` mends it: killed processes, a killed update, a lost cluster. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { network, stateFolder } from "../../local/settings.ts";
import { configFile, pendingOperations, stackEnvironment } from "../../local/stack/stack.ts";
import { setDelays } from "../../local/stack/simulation.ts";
import { azureInventory } from "./azureInventory.ts";
import { begin, run } from "./runProgram.ts";
import { eventually, isReady, local, npm, outputs, pods, pulumi, start, up } from "./localStack.ts";

interface Part {
  name: string;
  pid?: number;
}

const parts = async (): Promise<Part[]> => {
  const printed = await run("npm", ["run", "--silent", "status", "--", "--json"], { env: process.env });
  return (JSON.parse(printed) as { parts: Part[] }).parts;
};

/** Ends parts of the environment as a crash would. */
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

it("serves again after single parts were killed", async () => {
  await crash("kubelet", "etcd", "simulated-azure", "dockerd");
  await start();
  expect((await parts()).filter(({ pid }) => pid === undefined)).toEqual([]);
  await expectServing();
});

it("serves again after everything was killed, as by a power cut", async () => {
  await crash();
  await start();
  await expectServing();
});

it("takes the stack up anew after its cluster's store was lost", async () => {
  await npm("run", "stop");
  rmSync(join(stateFolder, "kubernetes"), { recursive: true });
  await start();
  await expectServing();
  // An API that is served by a Service is asked there, however early that was tried: a namespace could not be deleted without.
  await local("kubectl", "wait", "apiservice", "--all", "--for=condition=Available", "--timeout=60s");
});

it("does not ask other networks for the address of a Service that is not there", async () => {
  const { serviceCidr } = network;
  const address = serviceCidr.replace(/\.0\/16$/, ".254");
  expect(await local("kubectl", "get", "services", "--all-namespaces")).not.toContain(` ${address} `);
  await expect(fetch(`http://${address}/`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
});

it("starts over after an update was killed, and leaves nothing of it behind", async () => {
  await npm("run", "down");
  await setDelays({ clusterSeconds: 15 });
  try {
    const target = ["--stack", "local", "--config-file", configFile];
    const update = begin("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive", ...target], {
      env: stackEnvironment(),
    });
    // In the middle: the cluster is being created, and nobody will learn what became of it.
    await eventually(pendingOperations, (begun) => begun.some((one) => one.includes("ManagedCluster")));
    await update.kill();
  } finally {
    await setDelays({});
  }

  expect(await start()).toMatch(/Starting over/);
  await expectServing();
  const groups = (await azureInventory()).filter((id) => /\/resourceGroups\/[^/]+$/i.test(id));
  // The stack's own, and the one that AKS makes for the nodes.
  expect(groups).toHaveLength(2);
});

describe("a rollout that fails", () => {
  it("says why, leaves the old pods serving, and is mended by the next update", async () => {
    const { url } = await outputs();
    await expect(up({ memoryRequest: "16Mi", memoryLimit: "16Mi" })).rejects.toThrow(/OOMKilled/);
    expect((await fetch(url)).status).toBe(200);
    await up();
    await expectServing();
    await pulumi("preview", {}, "--expect-no-changes");
  });
});

it("puts back a label that somebody loosened", async () => {
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
