/** etcd, the cluster's store. */
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DaemonError, startDaemon, type Daemon } from "../host/daemons.ts";
import { answersOk } from "../host/readiness.ts";
import { ports } from "../layout.ts";
import { dataFolder } from "../host/daemonFiles.ts";
import { kubernetesFolder, kubernetesProgram, pki } from "./localCluster.ts";

export const etcdName = "etcd";
export const etcdFolder = join(kubernetesFolder, "etcd");
export const etcdUrl = `https://127.0.0.1:${ports.etcdClient}`;

/**
 * Whether etcd's message means that it cannot open the store in its files, for example after a power cut or with a full disk.
 * Other reasons for its exit (a port in use, a wrong certificate) do not affect the store. After a crash, the message may have
 * only the end of the stack trace.
 */
export function isDamage(message: string): boolean {
  return /panic:|\bgoroutine \d+\b|crc mismatch|corrupt|unexpected EOF|invalid database|file size too small|failed to (open|read|recover|load) (WAL|snapshot|db|backend)/i.test(
    message,
  );
}

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
      // Every user of this machine can use loopback, but must not read the cluster's secrets: clients need a certificate.
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
    configuration: [readFileSync(pki("etcd/server.crt"), "utf8"), dataFolder(etcdFolder)],
    listens: [
      { port: ports.etcdClient, address: "127.0.0.1" },
      { port: ports.etcdPeer, address: "127.0.0.1" },
    ],
    ready: () => answersOk(`${etcdUrl}/health`, { ...tls, key }),
  };
}

/** Whether etcd already has a store, even a damaged one. */
export function hasStore(): boolean {
  return existsSync(join(etcdFolder, "member"));
}

/**
 * Starts etcd.
 *
 * @throws DamagedStoreError when it cannot open its store
 */
export async function startEtcd(): Promise<"running" | "started"> {
  try {
    return await startDaemon(etcdDaemon());
  } catch (error) {
    if (error instanceof DaemonError && hasStore() && isDamage(error.message))
      throw new DamagedStoreError(error.message);
    throw error;
  }
}

/** etcd cannot open its store. */
export class DamagedStoreError extends Error {
  override readonly name = "DamagedStoreError";
}

/**
 * Moves a store that etcd cannot open out of the way. Only the last such store is kept.
 *
 * @returns its new path
 */
export function putStoreAside(): string {
  const aside = `${etcdFolder}.damaged`;
  rmSync(aside, { recursive: true, force: true });
  renameSync(etcdFolder, aside);
  return aside;
}
