/** The addresses of managed clusters' API servers, and of the Kubernetes behind them. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterApis } from "../../../../local/azure/clusterApis.ts";
import { localKubernetes } from "../../../../local/azure/kubernetes.ts";

const never = new AbortController().signal;

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

it("names the program that has a cluster's port, and serves the port when that program is gone", async () => {
  const other = createServer();
  const port = await listening(other);
  const apis = new ClusterApis([port], () => Promise.resolve({ host: "127.0.0.1", port: 1 }), never);
  await expect(apis.open(port)).rejects.toThrow(
    `Port ${port}, needed for the API server of a simulated managed cluster, is in use by process ${process.pid}`,
  );
  await new Promise((resolve) => other.close(resolve));
  await apis.open(port);
  expect(apis.freePort([])).toBe(port);
  await apis.closeAll();
});

it("cuts a connection that waits for the address of the Kubernetes, and opens none for it", async () => {
  let reached = 0;
  const api = createServer(() => reached++);
  const target = { host: "127.0.0.1", port: await listening(api) };
  const free = createServer();
  const port = await listening(free);
  await new Promise((resolve) => free.close(resolve));
  const { promise, resolve: answer } = Promise.withResolvers<typeof target>();
  const { promise: asked, resolve: asks } = Promise.withResolvers<void>();
  const answers = [
    () => Promise.resolve(target),
    () => {
      asks();
      return promise;
    },
  ];
  const apis = new ClusterApis([port], () => answers.shift()?.() ?? Promise.reject(new Error("asked again")), never);
  await apis.open(port);
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  await asked;
  const closed = once(socket, "close");
  await apis.close(port);
  await closed;
  answer(target);
  await promise;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(reached).toBe(0);
  api.close();
});

it("the address of the local Kubernetes is the one of its kubeconfig", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-kubeconfig-"));
  const file = join(folder, "super-admin.conf");
  const kubernetes = localKubernetes(file, { endpoint: "https://localhost:1", ca: "" }, never);
  await expect(kubernetes.address()).rejects.toThrow(`The local Kubernetes is not set up: ${file} does not exist`);
  writeFileSync(file, "apiVersion: v1\nclusters:\n- cluster:\n    server: https://10.244.0.1:47643\n  name: local\n");
  expect(await kubernetes.address()).toEqual({ host: "10.244.0.1", port: 47643 });
  rmSync(folder, { recursive: true });
});
