/** etcd, the cluster's store. */
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DaemonError, startDaemon, type Daemon } from "../processes.ts";
import type { Report } from "../progress.ts";
import { answersOk } from "../readiness.ts";
import { ports } from "../settings.ts";
import { kubernetesFolder, kubernetesProgram, pki } from "./names.ts";

export const etcdName = "etcd";
export const etcdFolder = join(kubernetesFolder, "etcd");
export const etcdUrl = `https://127.0.0.1:${ports.etcdClient}`;

/** What etcd says when its files do not hold a store it can open: torn by a power cut or a full disk. */
const damage =
  /panic:|snap: |wal: |crc mismatch|corrupt|unexpected EOF|failed to (open|load|recover|read)|invalid database|file size too small/i;

function etcdDaemon(): Daemon {
  const peerUrl = `https://127.0.0.1:${ports.etcdPeer}`;
  const tls = { ca: readFileSync(pki("etcd/ca.crt")), cert: readFileSync(pki("apiserver-etcd-client.crt")) };
  const key = readFileSync(pki("apiserver-etcd-client.key"));
  return {
    name: etcdName,
    title: "etcd",
    command: kubernetesProgram("etcd"),
    args: [
      "--name=tarmac",
      `--data-dir=${etcdFolder}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=tarmac=${peerUrl}`,
      // Loopback is every user's of this machine, the cluster's secrets are not: clients show a certificate.
      "--client-cert-auth",
      `--trusted-ca-file=${pki("etcd/ca.crt")}`,
      `--cert-file=${pki("etcd/server.crt")}`,
      `--key-file=${pki("etcd/server.key")}`,
      "--peer-client-cert-auth",
      `--peer-trusted-ca-file=${pki("etcd/ca.crt")}`,
      `--peer-cert-file=${pki("etcd/peer.crt")}`,
      `--peer-key-file=${pki("etcd/peer.key")}`,
      "--quota-backend-bytes=1073741824",
      "--auto-compaction-retention=1",
      "--snapshot-count=10000",
      "--log-level=warn",
    ],
    configuration: [readFileSync(pki("etcd/server.crt"), "utf8")],
    listens: [
      { port: ports.etcdClient, address: "127.0.0.1" },
      { port: ports.etcdPeer, address: "127.0.0.1" },
    ],
    ready: () => answersOk(`${etcdUrl}/health`, { ...tls, key }),
  };
}

/**
 * Starts etcd. A store it cannot open is put aside (`etcd.damaged`, one is kept) and the cluster starts over empty:
 * what ran on it comes back with the next `pulumi up --refresh`.
 */
export async function startEtcd(report: Report): Promise<"running" | "started"> {
  const daemon = etcdDaemon();
  try {
    return await startDaemon(daemon);
  } catch (error) {
    if (!(error instanceof DaemonError) || !existsSync(etcdFolder) || !damage.test(error.message)) throw error;
    const aside = `${etcdFolder}.damaged`;
    report(`etcd's store is damaged: starting over without it (kept as ${aside})`);
    rmSync(aside, { recursive: true, force: true });
    renameSync(etcdFolder, aside);
    return startDaemon(daemon);
  }
}
