/**
 * Enforces NetworkPolicies with kube-router's policy controller. AKS uses Cilium or Azure's own controller. All of them implement
 * the semantics of the API: a pod that a policy selects receives and sends only traffic that a policy allows.
 */
import { readFileSync } from "node:fs";
import type { Daemon } from "../host/daemons.ts";
import { answersOk } from "../host/readiness.ts";
import { network, ports } from "../layout.ts";
import { kubeconfig, kubernetesProgram, nodeName } from "./localCluster.ts";

export const networkPolicyControllerName = "network-policy-controller";

export function networkPolicyControllerDaemon(): Daemon {
  const health = `127.0.0.1:${ports.networkPolicyHealth}`;
  return {
    name: networkPolicyControllerName,
    title: "network policy controller",
    command: kubernetesProgram(networkPolicyControllerName),
    args: [
      `--kubeconfig=${kubeconfig(networkPolicyControllerName)}`,
      `--hostname-override=${nodeName}`,
      `--service-cluster-ip-range=${network.serviceCidr}`,
      "--enable-ipv6=false",
      // The controller syncs after every change of a pod or policy. The periodic sync only repairs rules that another program changed.
      "--iptables-sync-period=1m",
      `--health-address=${health}`,
    ],
    configuration: [readFileSync(kubeconfig(networkPolicyControllerName), "utf8")],
    listens: [{ port: ports.networkPolicyHealth, address: "127.0.0.1" }],
    ready: () => answersOk(`http://${health}/healthz`),
  };
}
