/**
 * The pods that AKS has in `kube-system` and that workloads rely on: cluster DNS and metrics-server.
 *
 * Their programs are in the one Kubernetes binary, which each pod mounts from this machine's folder of tools. So all of
 * them share its pages in memory, and no image of 170 MB has to be built.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pauseImage } from "../engine/pauseImage.ts";
import { writeText } from "../host/daemonFiles.ts";
import { toolsFolder } from "../toolchain/folder.ts";
import { applyObjects, kubectlAsAdmin } from "./applyObjects.ts";
import { coreDnsObjects } from "./coreDns.ts";
import { metricsServerObjects } from "./metricsServer.ts";
import { kubernetesFolder } from "./localCluster.ts";

/** The objects that were applied last. Another version of tarmac may have other objects for a cluster that still runs. */
const appliedFile = join(kubernetesFolder, "system-pods.json");

function objects(): object[] {
  const place = { image: pauseImage, toolsFolder: toolsFolder() };
  return [...coreDnsObjects(place), ...metricsServerObjects(place)];
}

/** Whether the running cluster has the objects of this version. */
export const systemPodsAreApplied = (): boolean =>
  existsSync(appliedFile) && readFileSync(appliedFile, "utf8") === JSON.stringify(objects());

/** Creates or updates the pods' objects, and resets manual changes in them. */
export async function applySystemPods(): Promise<void> {
  const items = objects();
  await applyObjects(items);
  writeText(appliedFile, JSON.stringify(items));
}

/**
 * Waits until cluster DNS answers. It does not wait for metrics-server, which is ready after its first scrape of the node, some
 * 20 s after its start. Only autoscalers and `kubectl top` need it.
 * @throws CommandError after 60 s
 */
export async function systemPodsReady(): Promise<void> {
  await kubectlAsAdmin([
    "wait",
    "--for=condition=Available",
    "--timeout=60s",
    "--namespace=kube-system",
    "deployment/coredns",
  ]);
}
