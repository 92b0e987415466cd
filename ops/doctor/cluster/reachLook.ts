/**
 * Reads what lies between clients and pods: endpoints, network policies, gateways, routes, certificates, budgets,
 * autoscalers.
 */
import { X509Certificate } from "node:crypto";
import { type ClusterReader, ReadRefused } from "../../cluster/clusterReader.ts";
import type {
  Certificate,
  EndpointSlice,
  Gateway,
  GatewayClass,
  HorizontalPodAutoscaler,
  HttpRoute,
  Ingress,
  NetworkPolicy,
  PodDisruptionBudget,
  ResourceQuota,
  ServiceAccount,
} from "../../cluster/kubernetesObjects.ts";
import type { Notes } from "../notes.ts";
import type { CertificateLook, ReachLook } from "../observation.ts";

export async function lookAtReach(reader: ClusterReader, notes: Notes, namespace: string): Promise<ReachLook> {
  const read = async <T extends { metadata?: { managedFields?: unknown } }>(
    what: string,
    path: string,
  ): Promise<T[] | undefined> => {
    const items = await notes.attempt(what, listed<T>(reader, path), undefined);
    for (const { metadata } of items ?? []) if (metadata !== undefined) delete metadata.managedFields;
    return items;
  };
  const of = (group: string, kind: string) => `apis/${group}/namespaces/${namespace}/${kind}`;
  const gatewayApi = "gateway.networking.k8s.io/v1";
  const [
    endpointSlices,
    networkPolicies,
    autoscalers,
    budgets,
    quotas,
    ingresses,
    ingressClasses,
    gateways,
    gatewayClasses,
    httpRoutes,
    certificates,
    serviceAccounts,
  ] = await Promise.all([
    read<EndpointSlice>("EndpointSlices", of("discovery.k8s.io/v1", "endpointslices")),
    read<NetworkPolicy>("NetworkPolicies", of("networking.k8s.io/v1", "networkpolicies")),
    read<HorizontalPodAutoscaler>("HorizontalPodAutoscalers", of("autoscaling/v2", "horizontalpodautoscalers")),
    read<PodDisruptionBudget>("PodDisruptionBudgets", of("policy/v1", "poddisruptionbudgets")),
    read<ResourceQuota>("ResourceQuotas", `api/v1/namespaces/${namespace}/resourcequotas`),
    read<Ingress>("Ingresses", of("networking.k8s.io/v1", "ingresses")),
    read<GatewayClass>("IngressClasses", "apis/networking.k8s.io/v1/ingressclasses"),
    read<Gateway>("Gateways", of(gatewayApi, "gateways")),
    read<GatewayClass>("GatewayClasses", `apis/${gatewayApi}/gatewayclasses`),
    read<HttpRoute>("HTTPRoutes", of(gatewayApi, "httproutes")),
    read<Certificate>("Certificates", of("cert-manager.io/v1", "certificates")),
    read<ServiceAccount>("ServiceAccounts", `api/v1/namespaces/${namespace}/serviceaccounts`),
  ]);
  const used = [
    ...(ingresses ?? []).flatMap(({ spec }) => (spec?.tls ?? []).map(({ secretName }) => secretName)),
    ...(gateways ?? []).flatMap(({ spec }) =>
      (spec?.listeners ?? []).flatMap(({ tls }) =>
        (tls?.certificateRefs ?? [])
          .filter((ref) => (ref.namespace ?? namespace) === namespace)
          .map(({ name }) => name),
      ),
    ),
  ].filter((name) => name !== undefined);
  const look: ReachLook = {
    endpointSlices,
    networkPolicies,
    autoscalers,
    budgets,
    quotas,
    ingresses,
    ingressClasses: ingressClasses?.map(({ metadata }) => metadata?.name ?? ""),
    gateways,
    gatewayClasses,
    httpRoutes,
    certificates,
    serviceAccounts,
    tls: await lookAtTls(reader, notes, namespace, [...new Set(used)]),
  };
  return Object.fromEntries(Object.entries(look).filter(([, value]) => value !== undefined));
}

/** A kind that the cluster does not know has no objects. */
async function listed<T>(reader: ClusterReader, path: string): Promise<T[]> {
  try {
    return await reader.list<T>(path);
  } catch (error) {
    if (error instanceof ReadRefused && error.status === 404) return [];
    throw error;
  }
}

/** Certificate data by Secret name. The private key is never used. */
async function lookAtTls(
  reader: ClusterReader,
  notes: Notes,
  namespace: string,
  names: readonly string[],
): Promise<Record<string, CertificateLook>> {
  const looks: Record<string, CertificateLook> = {};
  await Promise.all(
    names.map(async (name) => {
      const look = await notes.attempt(`the Secret "${name}"`, certificateIn(reader, namespace, name), undefined);
      if (look !== undefined) looks[name] = look;
    }),
  );
  return looks;
}

async function certificateIn(reader: ClusterReader, namespace: string, name: string): Promise<CertificateLook> {
  try {
    const path = `api/v1/namespaces/${namespace}/secrets/${name}`;
    const { data } = await reader.get<{ data?: Record<string, string> }>(path);
    return readCertificate(data?.["tls.crt"]);
  } catch (error) {
    if (error instanceof ReadRefused && error.status === 404) return { exists: false };
    throw error;
  }
}

/** @param encoded `tls.crt` of a Secret: PEM in base64 */
export function readCertificate(encoded: string | undefined): CertificateLook {
  try {
    const certificate = new X509Certificate(Buffer.from(encoded ?? "", "base64"));
    const names = (certificate.subjectAltName ?? "")
      .split(", ")
      .filter((entry) => entry.startsWith("DNS:"))
      .map((entry) => entry.slice("DNS:".length));
    return {
      exists: true,
      from: new Date(certificate.validFrom).toISOString(),
      until: new Date(certificate.validTo).toISOString(),
      names,
      issuer: certificate.issuer.replaceAll("\n", ", "),
    };
  } catch {
    return { exists: true };
  }
}

/** @returns by name, the namespaces that have a Service of that name; names that could not be looked up are left out */
export async function lookAtServicesNamed(
  reader: ClusterReader,
  notes: Notes,
  names: readonly string[],
): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  await Promise.all(
    names.map(async (name) => {
      const list = reader.list<{ metadata: { namespace: string } }>("api/v1/services", {
        fieldSelector: `metadata.name=${name}`,
      });
      const services = await notes.attempt(`which namespaces have a Service "${name}"`, list, undefined);
      if (services !== undefined) found[name] = services.map(({ metadata }) => metadata.namespace);
    }),
  );
  return found;
}

/**
 * Tests ports of pods through the API server. A timeout is no answer: a network policy may cause it.
 * @returns by "POD:PORT", the API server's message about a refused connection, and the ports that answered in any way
 */
export async function lookAtPorts(
  reader: ClusterReader,
  notes: Notes,
  namespace: string,
  ports: readonly { pod: string; port: number }[],
): Promise<{ refusedPorts: Record<string, string>; openPorts: string[] }> {
  const refused: Record<string, string> = {};
  const open: string[] = [];
  await Promise.all(
    ports.map(async ({ pod, port }) => {
      try {
        await reader.text(`api/v1/namespaces/${namespace}/pods/${pod}:${port}/proxy/`);
        open.push(`${pod}:${port}`);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (/connection refused/i.test(message)) refused[`${pod}:${port}`] = message.trim();
        else if (error instanceof ReadRefused && error.status === 403 && message.includes("pods/proxy"))
          notes.add(`whether port ${port} of pod/${pod} is open: ${message}`);
        // An error of the process itself, or an answer in a protocol other than HTTP.
        else if (
          error instanceof ReadRefused &&
          (!/error trying to reach service/.test(message) || /EOF|malformed HTTP|connection reset/i.test(message))
        )
          open.push(`${pod}:${port}`);
      }
    }),
  );
  return { refusedPorts: refused, openPorts: open.sort() };
}
