/**
 * The load balancer controller's program: watches and probes Services, and writes their addresses. Started by loadBalancer.ts.
 * It restarts whenever it loses the API server, and exits on SIGTERM.
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
import { network } from "../layout.ts";
import { answers, Health, healthProbes, type HealthProbe } from "./healthProbes.ts";
import { loadBalancerSocket } from "./loadBalancer.ts";
import { kubeconfig } from "./localCluster.ts";

const retryMilliseconds = 500;
/** Azure's load balancer probes every 5 s. Shorter here, so that changes show sooner. */
const probeMilliseconds = 1000;

function log(message: string, details: object = {}): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), message, ...details }));
}

/** kube-proxy creates no rules for an address of this mode, because it expects another machine to handle it. So the address is unreachable. */
const dark = "Proxy";

const keyOf = ({ metadata }: V1Service) => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;

const health = new Health();

function stateOf(service: V1Service): ServiceState {
  const forwarding = service.status?.loadBalancer?.ingress?.every(({ ipMode }) => ipMode !== dark) ?? false;
  return {
    namespace: service.metadata?.namespace ?? "",
    name: service.metadata?.name ?? "",
    type: service.spec?.type ?? "ClusterIP",
    loadBalancerClass: service.spec?.loadBalancerClass,
    wanted: service.spec?.loadBalancerIP,
    present: service.status?.loadBalancer?.ingress?.map(({ ip, hostname }) => ip ?? hostname ?? "") ?? [],
    deleting: service.metadata?.deletionTimestamp !== undefined,
    forwarding,
    // After a restart of this program, an address stays as it is until the first probe.
    healthy: health.of(keyOf(service)) ?? forwarding,
  };
}

const config = new KubeConfig();
config.loadFromFile(kubeconfig("load-balancer"));
const api = config.makeApiClient(CoreV1Api);
const informer = makeInformer(config, "/api/v1/services", () => api.listServiceForAllNamespaces());

async function write({ namespace, name, address, forwarding }: AddressChange): Promise<void> {
  const ingress = address === undefined ? null : [{ ip: address, ipMode: forwarding ? "VIP" : dark }];
  const body = { status: { loadBalancer: { ingress } } };
  const asMergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await api.patchNamespacedServiceStatus({ namespace, name, body }, asMergePatch);
  const message = address === undefined ? "address taken back" : "address written";
  log(message, { service: `${namespace}/${name}`, address, forwarding });
}

/** Services by name, as the watch reports them. A change that was just written appears when the watch reports it. */
const services = new Map<string, ServiceState>();
/** The probes of each Service, by its name. */
const probes = new Map<string, HealthProbe[]>();
let wanted = false;
let working = false;

/** Runs one pass over all Services at a time. Any change during a pass causes one more pass. */
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
          services.set(key, {
            ...state,
            present: change.address === undefined ? [] : [change.address],
            forwarding: change.forwarding,
          });
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
  const key = keyOf(service);
  services.set(key, state);
  if (state.type === "LoadBalancer") probes.set(key, healthProbes(service));
  else probes.delete(key);
  void settle();
}

/** Probes every Service again and again. A Service with several ports is healthy when all of them answer. */
async function probe(): Promise<never> {
  for (;;) {
    await Promise.all(
      [...probes].map(async ([key, asked]) => {
        const all = await Promise.all(asked.map((one) => answers(one, network.nodeAddress)));
        const state = services.get(key);
        if (state === undefined) return;
        health.take(key, all.every(Boolean));
        const healthy = health.of(key) === true;
        if (state.healthy === healthy) return;
        log(healthy ? "health probe succeeds" : "health probe fails", { service: key, probes: asked });
        services.set(key, { ...state, healthy });
        await settle();
      }),
    );
    await sleep(probeMilliseconds);
  }
}

informer.on("add", seen);
informer.on("update", seen);
informer.on("delete", (service) => {
  const key = keyOf(service);
  services.delete(key);
  probes.delete(key);
  health.forget(key);
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
void probe();
