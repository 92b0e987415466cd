/**
 * Enforcement of NetworkPolicies, by the policy controller of kube-router. AKS has Cilium or Azure's own for it; what all
 * of them promise is the API's semantics: a pod that a policy selects gets, and sends, only what some policy allows.
 */
import { readFileSync } from "node:fs";
import type { Daemon } from "../host/processes.ts";
import { answersOk } from "../host/readiness.ts";
import { network, ports } from "../settings.ts";
import { kubeconfig, kubernetesProgram, nodeName } from "./names.ts";

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
      // A pass follows every change of a pod or policy; this one only repairs what somebody else did to the rules.
      "--iptables-sync-period=1m",
      `--health-address=${health}`,
    ],
    configuration: [readFileSync(kubeconfig(networkPolicyControllerName), "utf8")],
    listens: [{ port: ports.networkPolicyHealth, address: "127.0.0.1" }],
    ready: () => answersOk(`http://${health}/healthz`),
  };
}
