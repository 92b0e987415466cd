/** Evicts a workload's pods one after the other, as its disruption budget allows: the effect of draining a node. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { kubectl } from "../../local/stack/kubectl.ts";

/** Pause between attempts; kubectl drain waits 5 s when the budget does not allow an eviction yet. */
const pauseMilliseconds = 500;

interface Pod {
  metadata: { name: string; deletionTimestamp?: string };
  status?: { conditions?: { type: string; status: string }[] };
}

async function podsOf(namespace: string): Promise<Pod[]> {
  const list = await kubectl(["get", "pods", "--namespace", namespace, "--output", "json"]);
  return (JSON.parse(list) as { items: Pod[] }).items;
}

/**
 * Evicts every pod that currently exists.
 * @throws Error when the disruption budget has not allowed all evictions within `seconds`
 */
export async function evictAll(namespace: string, seconds = 120): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  const staying = (await podsOf(namespace)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  for (const { metadata } of staying) {
    while (!(await evicted(namespace, metadata.name))) {
      if (Date.now() > deadline)
        throw new Error(
          `the disruption budget has not allowed the eviction of pod ${metadata.name} within ${seconds} s`,
        );
      await sleep(pauseMilliseconds);
    }
  }
}

/** False while the budget forbids the eviction: the API server answers 429. */
async function evicted(namespace: string, name: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-evict-"));
  const file = join(folder, "eviction.json");
  writeFileSync(file, JSON.stringify({ apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } }));
  try {
    await kubectl(["create", "--raw", `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, "--filename", file]);
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes("disruption budget")) return false;
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Waits until `replicas` pods are ready and none is terminating. @throws Error after `seconds` */
export async function settled(namespace: string, replicas: number, seconds = 120): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const pods = await podsOf(namespace);
    const ready = pods.filter(
      ({ metadata, status }) =>
        metadata.deletionTimestamp === undefined &&
        status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True"),
    );
    if (pods.length === replicas && ready.length === replicas) return;
    if (Date.now() > deadline)
      throw new Error(
        `${ready.length} of ${pods.length} pods are ready after ${seconds} s, expected ${replicas} of ${replicas}`,
      );
    await sleep(pauseMilliseconds);
  }
}
