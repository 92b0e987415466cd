/**
 * Addresses for Services of type LoadBalancer. On AKS Azure's cloud controller asks Azure for a public one; here a small
 * controller hands out loopback addresses, which kube-proxy's rules make answer on this machine, and only here. As Azure's
 * load balancer does, it probes each Service, and an address whose probe fails leads nowhere.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Daemon } from "../host/processes.ts";
import { answersOk } from "../host/readiness.ts";
import { nodeBinary, runFolder } from "../settings.ts";
import { kubeconfig } from "./names.ts";

export const loadBalancerName = "load-balancer";

/** The controller answers here once it has seen every Service. */
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
