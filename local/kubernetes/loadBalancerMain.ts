/**
 * The load balancer controller's program: watches Services and writes their addresses. Started by loadBalancer.ts.
 * It starts again whenever it loses the API server, and exits on SIGTERM.
 */
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CoreV1Api,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1Service,
} from "@kubernetes/client-node";
import { addressChanges, type AddressChange, type ServiceState } from "./addresses.ts";
import { loadBalancerSocket } from "./loadBalancer.ts";
import { kubeconfig } from "./names.ts";

const retryMilliseconds = 500;

function log(message: string, details: object = {}): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), message, ...details }));
}

function stateOf(service: V1Service): ServiceState {
  return {
    namespace: service.metadata?.namespace ?? "",
    name: service.metadata?.name ?? "",
    type: service.spec?.type ?? "ClusterIP",
    loadBalancerClass: service.spec?.loadBalancerClass,
    wanted: service.spec?.loadBalancerIP,
    present: service.status?.loadBalancer?.ingress?.map(({ ip, hostname }) => ip ?? hostname ?? "") ?? [],
    deleting: service.metadata?.deletionTimestamp !== undefined,
  };
}

const config = new KubeConfig();
config.loadFromFile(kubeconfig("load-balancer"));
const api = config.makeApiClient(CoreV1Api);
const informer = makeInformer(config, "/api/v1/services", () => api.listServiceForAllNamespaces());

async function write({ namespace, name, address }: AddressChange): Promise<void> {
  const ingress = address === undefined ? null : [{ ip: address, ipMode: "VIP" }];
  const body = { status: { loadBalancer: { ingress } } };
  const asMergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await api.patchNamespacedServiceStatus({ namespace, name, body }, asMergePatch);
  log(address === undefined ? "address taken back" : "address given", { service: `${namespace}/${name}`, address });
}

/** Services by name, as the watch reports them: what was just written is in here when the watch has brought it back. */
const services = new Map<string, ServiceState>();
let wanted = false;
let working = false;

/** One pass at a time over all Services; whatever happens meanwhile leads to one more. */
async function settle(): Promise<void> {
  wanted = true;
  if (working) return;
  working = true;
  while (wanted) {
    wanted = false;
    for (const change of addressChanges([...services.values()])) {
      const key = `${change.namespace}/${change.name}`;
      try {
        await write(change);
        const state = services.get(key);
        if (state !== undefined)
          services.set(key, { ...state, present: change.address === undefined ? [] : [change.address] });
      } catch (error) {
        log("address not written, trying again", { service: key, error: String(error) });
        await sleep(retryMilliseconds);
        wanted = true;
      }
    }
  }
  working = false;
}

function seen(service: V1Service): void {
  const state = stateOf(service);
  services.set(`${state.namespace}/${state.name}`, state);
  void settle();
}

informer.on("add", seen);
informer.on("update", seen);
informer.on("delete", (service) => {
  const { namespace, name } = stateOf(service);
  services.delete(`${namespace}/${name}`);
  void settle();
});
informer.on("error", (error: unknown) => {
  log("watch lost, starting again", { error: String(error) });
  setTimeout(start, retryMilliseconds);
});

let watching = false;

function start(): void {
  informer.start().then(
    () => (watching = true),
    (error: unknown) => {
      log("watch not started, trying again", { error: String(error) });
      setTimeout(start, retryMilliseconds);
    },
  );
}

rmSync(loadBalancerSocket, { force: true });
createServer((_, response) => response.writeHead(watching ? 200 : 503).end()).listen(loadBalancerSocket);
process.once("SIGTERM", () => {
  rmSync(loadBalancerSocket, { force: true });
  process.exit(0);
});
start();
