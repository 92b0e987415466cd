/**
 * What AKS installs for `ingressProfile`: the definitions of the Gateway API, and application routing's implementation of it.
 * The simulation covers the part of the implementation that an update sees: each Gateway gets a Service of type LoadBalancer, its
 * address, and the condition Programmed, as soon as the namespace admits the pods that Istio would create. No proxy runs.
 *
 * https://learn.microsoft.com/azure/aks/managed-gateway-api, https://learn.microsoft.com/azure/aks/app-routing-gateway-api
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type * as kubernetesClient from "@kubernetes/client-node";
import type { KubeConfig, KubernetesObject, V1Pod, V1Service } from "@kubernetes/client-node";
import { gatewayDefinitions } from "../toolchain/gatewayApi.ts";

export const gatewayClassName = "approuting-istio";
const group = "gateway.networking.k8s.io";
const lookMilliseconds = 1000;

/** The parts that `ingressProfile` requests. */
export interface Ingress {
  gatewayApi: boolean;
  applicationRouting: boolean;
}

export interface Gateway {
  metadata: { name: string; namespace: string; uid: string; generation?: number };
  spec: {
    gatewayClassName: string;
    infrastructure?: { annotations?: Record<string, string> };
    listeners: { name: string; port: number }[];
  };
  status?: { conditions?: { type: string; status: string; observedGeneration?: number }[] };
}

type Client = typeof kubernetesClient;

/** Installs the requested parts. @throws Error with Kubernetes' message */
export async function installIngress(
  client: Client,
  apply: (object: KubernetesObject) => Promise<void>,
  wanted: Ingress,
): Promise<void> {
  if (!wanted.gatewayApi) return;
  for (const file of gatewayDefinitions()) {
    for (const definition of client.loadAllYaml(readFileSync(file, "utf8")) as KubernetesObject[])
      await apply(definition);
  }
  if (!wanted.applicationRouting) return;
  const gatewayClass = {
    apiVersion: `${group}/v1`,
    kind: "GatewayClass",
    metadata: { name: gatewayClassName },
    spec: { controllerName: "istio.io/gateway-controller" },
  };
  // The API server serves a new kind a moment after it has its definition.
  for (let attempt = 1; ; attempt++) {
    try {
      return await apply(gatewayClass);
    } catch (error) {
      if (attempt === 20) throw error;
      await sleep(500);
    }
  }
}

/** Programs the Gateways of the class repeatedly until the service stops. */
export async function programGateways(client: Client, config: KubeConfig, stopping: AbortSignal): Promise<void> {
  const custom = config.makeApiClient(client.CustomObjectsApi);
  const core = config.makeApiClient(client.CoreV1Api);
  while (!stopping.aborted) {
    try {
      const listed = (await custom.listCustomObjectForAllNamespaces({
        ...{ group, version: "v1", resourcePlural: "gateways" },
      })) as { items: Gateway[] };
      for (const gateway of listed.items.filter(
        (one) => one.spec.gatewayClassName === gatewayClassName && !isProgrammed(one),
      ))
        await program(gateway);
    } catch (error) {
      // Kubernetes is down, or no longer has this kind. The next round tries again.
      if ((error as { code?: number }).code !== 404)
        process.stderr.write(`simulated Azure: Gateways could not be programmed: ${(error as Error).message}\n`);
    }
    await sleep(lookMilliseconds, undefined, { signal: stopping }).catch(() => undefined);
  }

  async function program(gateway: Gateway): Promise<void> {
    const { name, namespace } = gateway.metadata;
    const refused = await core
      .createNamespacedPod({ namespace, body: proxyPod(gateway), dryRun: "All" })
      .then(() => undefined)
      .catch((error: unknown) => messageOf(error));
    const service = await serviceOf(gateway);
    const address = service.status?.loadBalancer?.ingress?.[0]?.ip;
    const body = [{ op: "add", path: "/status", value: gatewayStatus(gateway, refused, address) }];
    await custom.patchNamespacedCustomObjectStatus({ group, version: "v1", namespace, plural: "gateways", name, body });
  }

  async function serviceOf(gateway: Gateway): Promise<V1Service> {
    const { namespace } = gateway.metadata;
    const body = proxyService(gateway);
    const name = body.metadata?.name ?? "";
    try {
      return await core.readNamespacedService({ namespace, name });
    } catch (error) {
      if ((error as { code?: number }).code !== 404) throw error;
      return core.createNamespacedService({ namespace, body });
    }
  }
}

const isProgrammed = ({ metadata, status }: Gateway): boolean =>
  status?.conditions?.some(
    ({ type, status: state, observedGeneration }) =>
      type === "Programmed" && state === "True" && observedGeneration === metadata.generation,
  ) ?? false;

/** @param refused why the namespace does not admit the proxy's pods @param address of the proxy's load balancer */
export function gatewayStatus(gateway: Gateway, refused: string | undefined, address: string | undefined): object {
  const condition = (type: string, holds: boolean, reason: string, message: string) => ({
    ...{ type, status: holds ? "True" : "False", reason, message },
    ...{ observedGeneration: gateway.metadata.generation, lastTransitionTime: new Date().toISOString() },
  });
  const ready = refused === undefined && address !== undefined;
  return {
    addresses: ready ? [{ type: "IPAddress", value: address }] : [],
    conditions: [
      condition("Accepted", true, "Accepted", "Resource accepted"),
      ready
        ? condition("Programmed", true, "Programmed", "Resource programmed, assigned to service(s)")
        : condition(
            "Programmed",
            false,
            "AddressNotAssigned",
            refused ?? "waiting for the address of the load balancer",
          ),
    ],
  };
}

const labelsOf = ({ metadata }: Gateway) => ({ [`${group}/gateway-name`]: metadata.name });

/** The names of the objects that Istio creates end in the name of the class. */
const proxyName = ({ metadata }: Gateway) => `${metadata.name}-${gatewayClassName}`;

/**
 * A pod from Istio's template for Gateways. It has no seccomp profile, which the Pod Security standard `restricted` requires.
 * https://github.com/istio/istio/issues/56383
 */
export const proxyPod = (gateway: Gateway): V1Pod => ({
  metadata: { generateName: `${proxyName(gateway)}-`, labels: labelsOf(gateway) },
  spec: {
    securityContext: { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }] },
    containers: [
      {
        name: "istio-proxy",
        image: "mcr.microsoft.com/oss/v2/istio/proxyv2:latest",
        securityContext: {
          ...{ allowPrivilegeEscalation: false, privileged: false, readOnlyRootFilesystem: true },
          ...{ runAsGroup: 1337, runAsNonRoot: true, runAsUser: 1337 },
          capabilities: { drop: ["ALL"] },
        },
      },
    ],
  },
});

export const proxyService = (gateway: Gateway): V1Service => ({
  metadata: {
    name: proxyName(gateway),
    labels: labelsOf(gateway),
    annotations: gateway.spec.infrastructure?.annotations,
    ownerReferences: [
      { apiVersion: `${group}/v1`, kind: "Gateway", name: gateway.metadata.name, uid: gateway.metadata.uid },
    ],
  },
  spec: {
    type: "LoadBalancer",
    selector: labelsOf(gateway),
    ports: [
      { name: "status-port", port: 15021, appProtocol: "tcp" },
      ...gateway.spec.listeners.map(({ name, port }) => ({ name, port, appProtocol: name })),
    ],
  },
});

function messageOf(error: unknown): string {
  const { body, message } = error as { body?: string; message?: string };
  try {
    return (JSON.parse(body ?? "") as { message?: string }).message ?? String(message);
  } catch {
    return String(message);
  }
}
