/** The Kubernetes API server. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clusterIssuer } from "../azure/clusterIssuer.ts";
import type { Daemon } from "../host/daemons.ts";
import { answersOk } from "../host/readiness.ts";
import { network, ports } from "../layout.ts";
import { writeText } from "../host/daemonFiles.ts";
import { etcdUrl } from "./etcd.ts";
import { apiServerUrl, kubernetesFolder, kubernetesProgram, pki } from "./localCluster.ts";

export const apiServerName = "kube-apiserver";

/** Anonymous requests may only check the server's health, as on AKS. */
export const authenticationConfig = `apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
anonymous:
  enabled: true
  conditions:
    - path: /livez
    - path: /readyz
    - path: /healthz
`;

export function apiServerDaemon(): Daemon {
  const authenticationFile = join(kubernetesFolder, "authentication.yaml");
  writeText(authenticationFile, authenticationConfig);
  const certificate = readFileSync(pki("apiserver.crt"), "utf8");
  const ca = readFileSync(pki("ca.crt"));
  return {
    name: apiServerName,
    title: "Kubernetes API server",
    command: kubernetesProgram("kube-apiserver"),
    args: [
      `--advertise-address=${network.nodeAddress}`,
      `--bind-address=${network.nodeAddress}`,
      `--secure-port=${ports.kubernetesApi}`,
      `--tls-cert-file=${pki("apiserver.crt")}`,
      `--tls-private-key-file=${pki("apiserver.key")}`,
      `--client-ca-file=${pki("ca.crt")}`,
      `--authentication-config=${authenticationFile}`,
      "--authorization-mode=Node,RBAC",
      // Pod Security is one of the plug-ins that are on by default.
      "--enable-admission-plugins=NodeRestriction",
      "--allow-privileged=true",
      `--etcd-servers=${etcdUrl}`,
      `--etcd-cafile=${pki("etcd/ca.crt")}`,
      `--etcd-certfile=${pki("apiserver-etcd-client.crt")}`,
      `--etcd-keyfile=${pki("apiserver-etcd-client.key")}`,
      `--kubelet-client-certificate=${pki("apiserver-kubelet-client.crt")}`,
      `--kubelet-client-key=${pki("apiserver-kubelet-client.key")}`,
      "--kubelet-preferred-address-types=InternalIP",
      `--proxy-client-cert-file=${pki("front-proxy-client.crt")}`,
      `--proxy-client-key-file=${pki("front-proxy-client.key")}`,
      `--requestheader-client-ca-file=${pki("front-proxy-ca.crt")}`,
      "--requestheader-allowed-names=front-proxy-client",
      "--requestheader-username-headers=X-Remote-User",
      "--requestheader-group-headers=X-Remote-Group",
      "--requestheader-extra-headers-prefix=X-Remote-Extra-",
      `--service-account-issuer=${clusterIssuer(`https://localhost:${ports.azure}`)}`,
      `--service-account-key-file=${pki("sa.pub")}`,
      `--service-account-signing-key-file=${pki("sa.key")}`,
      `--service-cluster-ip-range=${network.serviceCidr}`,
      "--profiling=false",
    ],
    configuration: [authenticationConfig, certificate],
    listens: [{ port: ports.kubernetesApi, address: network.nodeAddress }],
    ready: () => answersOk(`${apiServerUrl}/readyz`, { ca }),
    readyTimeoutSeconds: 60,
  };
}
