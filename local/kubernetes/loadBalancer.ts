/**
 * Addresses for Services of type LoadBalancer. On AKS, Azure's cloud controller requests a public address from Azure. Here a
 * small controller assigns loopback addresses, which kube-proxy's rules make reachable from this machine only. Like Azure's
 * load balancer, it probes each Service, and does not forward traffic to a Service whose probe fails.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Daemon } from "../host/daemons.ts";
import { answersOk } from "../host/readiness.ts";
import { nodeBinary, runFolder } from "../layout.ts";
import { kubeconfig } from "./localCluster.ts";

export const loadBalancerName = "load-balancer";

/** The controller answers on this socket once it has seen every Service. */
export const loadBalancerSocket = join(runFolder, "load-balancer.sock");

export function loadBalancerDaemon(): Daemon {
  const folder = dirname(fileURLToPath(import.meta.url));
  const sources = ["loadBalancerMain.ts", "addresses.ts", "healthProbes.ts"].map((file) =>
    readFileSync(join(folder, file), "utf8"),
  );
  return {
    name: loadBalancerName,
    title: "load balancer controller",
    command: nodeBinary,
    args: ["--max-old-space-size=64", join(folder, "loadBalancerMain.ts")],
    configuration: [...sources, readFileSync(kubeconfig("load-balancer"), "utf8")],
    ready: () => answersOk("http://load-balancer/healthz", { socketPath: loadBalancerSocket }),
  };
}
