/**
 * Certificates and kubeconfigs of the cluster, created by kubeadm. They are created together in a temporary folder, which
 * replaces the real one when it is complete. A set that is damaged, about to expire or for other addresses is replaced.
 */
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../host/command.ts";
import type { Report } from "../progress.ts";
import { network, ports, sockets } from "../layout.ts";
import { kubeconfig, kubernetesFolder, kubernetesProgram, nodeName, pkiFolder } from "./localCluster.ts";

/** Certificates with a key next to them, in kubeadm's layout. */
const certificates = [
  "ca",
  "apiserver",
  "apiserver-kubelet-client",
  "apiserver-etcd-client",
  "front-proxy-ca",
  "front-proxy-client",
  "etcd/ca",
  "etcd/server",
];
const kubeadmKubeconfigs = ["admin", "super-admin", "controller-manager", "scheduler", "kubelet"];

/** Users for whom kubeadm does not write a kubeconfig. */
const otherUsers = {
  "kube-proxy": "system:kube-proxy",
  "load-balancer": "tarmac:load-balancer",
  "network-policy-controller": "tarmac:network-policy-controller",
} as const;

const kubeconfigs = [...kubeadmKubeconfigs, ...Object.keys(otherUsers)];
const renewBeforeDays = 30;

/** kubeadm's configuration of the cluster, in YAML. */
export function kubeadmConfig(version: string, certificatesFolder: string): string {
  return `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: ${network.nodeAddress}
  bindPort: ${ports.kubernetesApi}
nodeRegistration:
  name: ${nodeName}
  criSocket: unix://${sockets.containerd}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
clusterName: tarmac
kubernetesVersion: ${version}
certificatesDir: ${certificatesFolder}
encryptionAlgorithm: ECDSA-P256
# The cluster is thrown away sooner; it must not stop working because nobody has done so for a year.
certificateValidityPeriod: 87600h
caCertificateValidityPeriod: 87600h
networking:
  serviceSubnet: ${network.serviceCidr}
  podSubnet: ${network.podCidr}
apiServer:
  certSANs: [localhost, 127.0.0.1, ${network.nodeAddress}]
`;
}

/** What is wrong with a certificate and its key; undefined when both are valid, belong together and last long enough. */
export function certificateFault(certificate: string, key: string, now = Date.now()): string | undefined {
  try {
    const parsed = new X509Certificate(certificate);
    if (!parsed.checkPrivateKey(createPrivateKey(key))) return "does not belong to its key";
    const days = (Date.parse(parsed.validTo) - now) / 86_400_000;
    return days < renewBeforeDays ? `ends on ${parsed.validTo}` : undefined;
  } catch {
    return "is damaged";
  }
}

/** The certificate and the key in a kubeconfig from kubeadm; undefined when one of them is missing. */
export function clientCertificate(kubeconfigText: string): { cert: string; key: string } | undefined {
  const field = (name: string) => new RegExp(`^\\s*${name}: (\\S+)$`, "m").exec(kubeconfigText)?.[1];
  const cert = field("client-certificate-data");
  const key = field("client-key-data");
  if (cert === undefined || key === undefined) return undefined;
  return { cert: Buffer.from(cert, "base64").toString(), key: Buffer.from(key, "base64").toString() };
}

/** The first fault in the files on disk; undefined when they are valid. */
function faultOnDisk(key: string): string | undefined {
  try {
    if (readFileSync(join(pkiFolder, "made-for"), "utf8") !== key) return "was created for other settings";
    for (const name of certificates) {
      const [crt, keyFile] = ["crt", "key"].map((end) => readFileSync(join(pkiFolder, `${name}.${end}`), "utf8"));
      const fault = certificateFault(crt ?? "", keyFile ?? "");
      if (fault !== undefined) return `${name}.crt ${fault}`;
    }
    createPrivateKey(readFileSync(join(pkiFolder, "sa.key")));
    const ca = new X509Certificate(readFileSync(join(pkiFolder, "ca.crt")));
    for (const name of kubeconfigs) {
      const client = clientCertificate(readFileSync(kubeconfig(name), "utf8"));
      if (client === undefined) return `${name}.conf is damaged`;
      const fault = certificateFault(client.cert, client.key);
      if (fault !== undefined) return `the certificate of ${name}.conf ${fault}`;
      if (!new X509Certificate(client.cert).verify(ca.publicKey)) return `${name}.conf is from another authority`;
    }
    return undefined;
  } catch {
    return "is incomplete";
  }
}

async function generate(version: string, key: string): Promise<void> {
  const work = join(kubernetesFolder, "pki.new");
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true, mode: 0o700 });
  const kubeadm = kubernetesProgram("kubeadm");
  const config = join(work, "kubeadm.yaml");
  writeFileSync(config, kubeadmConfig(version, join(work, "pki")));
  await run(kubeadm, ["init", "phase", "certs", "all", `--config=${config}`]);
  const toUsers = Object.entries(otherUsers).map(async ([name, user]) => {
    const text = await run(kubeadm, ["kubeconfig", "user", `--config=${config}`, `--client-name=${user}`]);
    writeFileSync(join(work, `${name}.conf`), text, { mode: 0o600 });
  });
  await Promise.all([
    run(kubeadm, ["init", "phase", "kubeconfig", "all", `--config=${config}`, `--kubeconfig-dir=${work}`]),
    ...toUsers,
  ]);
  rmSync(pkiFolder, { recursive: true, force: true });
  for (const name of kubeconfigs) renameSync(join(work, `${name}.conf`), kubeconfig(name));
  // The folder comes last, with the mark in it: after an earlier interruption, the missing mark shows that the set is incomplete.
  writeFileSync(join(work, "pki", "made-for"), key);
  renameSync(join(work, "pki"), pkiFolder);
  rmSync(work, { recursive: true, force: true });
}

/**
 * Makes sure that certificates and kubeconfigs exist and are valid for at least a month.
 *
 * @returns whether they are new
 */
export async function ensurePki(version: string, report: Report): Promise<boolean> {
  const key = createHash("sha256").update(kubeadmConfig(version, pkiFolder)).digest("hex");
  const fault = faultOnDisk(key);
  if (fault === undefined) return false;
  report(`creating certificates (${fault === "is incomplete" ? "the set is incomplete" : fault})`);
  await generate(version, key);
  return true;
}
