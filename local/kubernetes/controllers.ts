/** Controller manager and scheduler. Both exit if the API server's own roles do not exist yet, so they start after it. */
import { readFileSync } from "node:fs";
import type { Daemon } from "../host/daemons.ts";
import { answersOk } from "../host/readiness.ts";
import { network, ports } from "../layout.ts";
import { kubeconfig, kubernetesProgram, pki } from "./localCluster.ts";

export const controllerManagerName = "kube-controller-manager";
export const schedulerName = "kube-scheduler";

/** The self-signed certificate is created in memory at each start, so the check cannot verify it. */
function healthy(port: number): () => Promise<boolean> {
  return () => answersOk(`https://127.0.0.1:${port}/healthz`, { verify: false });
}

function connection(component: string, port: number): string[] {
  const config = kubeconfig(component);
  return [
    `--kubeconfig=${config}`,
    `--authentication-kubeconfig=${config}`,
    `--authorization-kubeconfig=${config}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    "--leader-elect=false",
    "--profiling=false",
  ];
}

export function controllerManagerDaemon(): Daemon {
  return {
    name: controllerManagerName,
    title: "Kubernetes controller manager",
    command: kubernetesProgram("kube-controller-manager"),
    args: [
      ...connection("controller-manager", ports.controllerManager),
      `--client-ca-file=${pki("ca.crt")}`,
      `--requestheader-client-ca-file=${pki("front-proxy-ca.crt")}`,
      `--root-ca-file=${pki("ca.crt")}`,
      `--cluster-signing-cert-file=${pki("ca.crt")}`,
      `--cluster-signing-key-file=${pki("ca.key")}`,
      `--service-account-private-key-file=${pki("sa.key")}`,
      "--use-service-account-credentials=true",
      `--service-cluster-ip-range=${network.serviceCidr}`,
      // The API server runs on the same machine. Throttling would only delay the start by four seconds.
      "--kube-api-qps=500",
      "--kube-api-burst=500",
    ],
    configuration: [readFileSync(kubeconfig("controller-manager"), "utf8")],
    listens: [{ port: ports.controllerManager, address: "127.0.0.1" }],
    ready: healthy(ports.controllerManager),
  };
}

export function schedulerDaemon(): Daemon {
  return {
    name: schedulerName,
    title: "Kubernetes scheduler",
    command: kubernetesProgram("kube-scheduler"),
    args: [...connection("scheduler", ports.scheduler), `--requestheader-client-ca-file=${pki("front-proxy-ca.crt")}`],
    configuration: [readFileSync(kubeconfig("scheduler"), "utf8")],
    listens: [{ port: ports.scheduler, address: "127.0.0.1" }],
    ready: healthy(ports.scheduler),
  };
}
