/**
 * The pods that AKS has in `kube-system` and workloads rely on: cluster DNS and metrics-server.
 *
 * Their programs are in the one Kubernetes binary, which each pod gets from the folder of tools of this machine, so that
 * all of them share its pages in memory and no image of 170 MB has to be built.
 */
import { pauseImage } from "../engine/pauseImage.ts";
import { run } from "../host/command.ts";
import { toolsFolder } from "../toolchain/folder.ts";
import { coreDnsObjects } from "./coreDns.ts";
import { metricsServerObjects } from "./metricsServer.ts";
import { adminKubeconfig, kubernetesProgram } from "./names.ts";

const kubectl = (args: readonly string[], input?: string) =>
  run(kubernetesProgram("kubectl"), [`--kubeconfig=${adminKubeconfig}`, ...args], input === undefined ? {} : { input });

/** Creates or updates the pods' objects, and whatever of them somebody has changed. */
export async function applySystemPods(): Promise<void> {
  const place = { image: pauseImage, toolsFolder: toolsFolder() };
  const list = { apiVersion: "v1", kind: "List", items: [...coreDnsObjects(place), ...metricsServerObjects(place)] };
  const args = ["apply", "--server-side", "--force-conflicts", "--field-manager=tarmac", "--filename=-"];
  await kubectl(args, JSON.stringify(list));
}

/**
 * Waits until cluster DNS answers. metrics-server is not waited for: it is ready after its first scrape of the node, some
 * 20 s after its start, and nothing but autoscalers and `kubectl top` needs it.
 * @throws CommandError after 60 s
 */
export async function systemPodsReady(): Promise<void> {
  await kubectl([
    "wait",
    "--for=condition=Available",
    "--timeout=60s",
    "--namespace=kube-system",
    "deployment/coredns",
  ]);
}
