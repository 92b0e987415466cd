/**
 * The local Kubernetes, which is behind every simulated managed cluster: its version, its credentials, and its cleanup when a managed
 * cluster is deleted.
 */
import { readFile } from "node:fs/promises";
import type * as kubernetesClient from "@kubernetes/client-node";
import type { CoreV1Api, KubeConfig, KubernetesObject, V1Namespace, V1Secret } from "@kubernetes/client-node";
import type { Address } from "./clusterApis.ts";
import { type Ingress, installIngress, programGateways } from "./applicationRouting.ts";
import type { JWK } from "jose";
import { ciliumNetworkPolicies } from "./ciliumPolicies.ts";
import type { JsonObject } from "./jsonValues.ts";
import { webhookConfiguration } from "./identityWebhook.ts";
import { classGroup, driverObjects, type SecretProviderClass } from "./secretsStore/driverObjects.ts";

/** The label with the stack that a namespace belongs to. */
const stackLabel = "tarmac.dev/stack";

/** Namespaces that every cluster has. */
const ownNamespace = /^(default|kube-.*)$/;

export interface KubernetesSide {
  /** The version that runs, such as `1.34.10`. @throws Error with the reason when the Kubernetes does not answer */
  version(): Promise<string>;
  /** A kubeconfig (YAML) with the names that AKS uses, and the administrator's certificate or a program that gets a token. */
  kubeconfig(wanted: {
    cluster: string;
    user: string;
    exec?: JsonObject;
    /** Port of the API server, if it is not the local Kubernetes' own. */
    port?: number;
  }): Promise<string>;
  /** Where its API server listens. */
  address(): Promise<Address>;
  /** Deletes the pods of a stack, and prevents new ones until it wakes. */
  sleep(stack: string): Promise<void>;
  wake(stack: string): Promise<void>;
  /**
   * Deletes the namespaces of a stack, or with "all" every namespace except the cluster's own, and waits until they are gone. Gives up
   * after a limited time, or immediately if the Kubernetes does not answer: the managed cluster is deleted anyway.
   */
  wipe(which: { stack: string } | "all"): Promise<void>;
  /** Installs what a cluster's `ingressProfile` requests, and keeps it working. @throws Error with the reason */
  ingress(wanted: Ingress): Promise<void>;
  /** Registers this service's webhook for labeled pods, or removes it. @throws Error with the reason */
  workloadIdentity(wanted: boolean): Promise<void>;
  /** The keys that verify tokens of ServiceAccounts. @throws Error with the reason */
  signingKeys(): Promise<JWK[]>;
  /** Annotations of a ServiceAccount; empty if it does not exist. @throws Error with the reason */
  serviceAccountAnnotations(namespace: string, name: string): Promise<Record<string, string>>;
  /** Creates what the driver for secrets of vaults needs in the cluster, or deletes it. @throws Error with the reason */
  secretsStore(wanted: boolean): Promise<void>;
  /** undefined if it does not exist. @throws Error with the reason */
  secretProviderClass(namespace: string, name: string): Promise<SecretProviderClass | undefined>;
  /** Creates or updates a Secret that is deleted with the owner of a pod. @throws Error with the reason */
  putSecretOf(pod: { namespace: string; name: string }, secret: V1Secret): Promise<void>;
  /** Installs the kind of network policies that a cluster with Cilium has. @throws Error with the reason */
  ciliumPolicies(): Promise<void>;
}

/** Name of the quota that keeps a stopped cluster's namespaces empty. */
const noPods = "stopped";

const answerSeconds = 5;
/** The definitions of the Gateway API are large. */
const applySeconds = 30;
const wipeSeconds = 90;

/**
 * The local Kubernetes of a kubeconfig file. The file may not exist yet.
 * @param service this service's endpoint, and the authority that signed its certificate (PEM)
 */
export function localKubernetes(
  kubeconfigFile: string,
  service: { endpoint: string; ca: string },
  stopping: AbortSignal,
): KubernetesSide {
  const read = (): Promise<string> =>
    readFile(kubeconfigFile, "utf8").catch(() => {
      throw new Error(
        `The local Kubernetes is not set up: ${kubeconfigFile} does not exist. Run \`npm start\` to create it.`,
      );
    });

  // Loaded on first use: importing the client takes most of a second, which would delay the start of the service.
  const load = async (): Promise<{ config: KubeConfig; client: typeof kubernetesClient }> => {
    const text = await read();
    const client = await import("@kubernetes/client-node");
    const config = new client.KubeConfig();
    config.loadFromString(text);
    return { config, client };
  };

  const bounded = async <T>(config: KubeConfig, work: Promise<T>, seconds = answerSeconds): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const server = config.getCurrentCluster()?.server ?? kubeconfigFile;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000);
    });
    try {
      return await Promise.race([work, timeout]);
    } catch (error) {
      const cause =
        error instanceof Error ? (error.cause instanceof Error ? error.cause : error) : new Error(String(error));
      throw new Error(
        `The local Kubernetes at ${server} does not answer (${cause.message}). Run \`npm start\` to start it.`,
        { cause: error },
      );
    } finally {
      clearTimeout(timer);
    }
  };

  /** Writes an object by server-side apply. */
  const apply = async (object: KubernetesObject, fieldManager: string): Promise<void> => {
    const { config, client } = await load();
    const objects = client.KubernetesObjectApi.makeApiClient(config);
    const strategy = client.PatchStrategy.ServerSideApply;
    const patched = objects.patch(object, undefined, undefined, fieldManager, true, strategy);
    await bounded(config, patched, applySeconds);
  };

  let programming = false;

  return {
    async ingress(wanted) {
      const { config, client } = await load();
      await installIngress(client, (object) => apply(object, "aks-ingress"), wanted);
      if (!wanted.applicationRouting || programming) return;
      programming = true;
      void programGateways(client, config, stopping).finally(() => (programming = false));
    },

    async workloadIdentity(wanted) {
      const webhook = webhookConfiguration(service.endpoint, service.ca);
      if (wanted) return apply(webhook, "aks");
      const { config, client } = await load();
      await config
        .makeApiClient(client.AdmissionregistrationV1Api)
        .deleteMutatingWebhookConfiguration({ name: webhook.metadata.name })
        .catch(ignoreGone);
    },

    async signingKeys() {
      const { config, client } = await load();
      const documents = config.makeApiClient(client.OpenidApi);
      // Declared as text. The client parses it all the same, because its media type is a kind of JSON.
      const keySet: unknown = await bounded(config, documents.getServiceAccountIssuerOpenIDKeyset());
      return (keySet as { keys: JWK[] }).keys;
    },

    async serviceAccountAnnotations(namespace, name) {
      const { config, client } = await load();
      const accounts = config.makeApiClient(client.CoreV1Api);
      const account = await bounded(
        config,
        accounts.readNamespacedServiceAccount({ namespace, name }).catch((error: unknown) => void ignoreGone(error)),
      );
      return account?.metadata?.annotations ?? {};
    },

    async secretsStore(wanted) {
      if (wanted) {
        for (const object of driverObjects) await apply(object, "aks-secrets-store");
        return;
      }
      const { config, client } = await load();
      const objects = client.KubernetesObjectApi.makeApiClient(config);
      for (const object of driverObjects) await bounded(config, objects.delete(object).catch(ignoreGone));
    },

    async secretProviderClass(namespace, name) {
      const { config, client } = await load();
      const custom = config.makeApiClient(client.CustomObjectsApi);
      const asked = { group: classGroup, version: "v1", namespace, plural: "secretproviderclasses", name };
      const found: unknown = await bounded(
        config,
        custom.getNamespacedCustomObject(asked).catch((error: unknown) => void ignoreGone(error)),
      );
      return found as SecretProviderClass | undefined;
    },

    async putSecretOf(pod, secret) {
      const { config, client } = await load();
      const { metadata } = await bounded(config, config.makeApiClient(client.CoreV1Api).readNamespacedPod(pod));
      const own = { apiVersion: "v1", kind: "Pod", name: pod.name, uid: metadata?.uid ?? "" };
      const ownerReferences = (metadata?.ownerReferences ?? [own]).map(({ apiVersion, kind, name, uid }) => ({
        ...{ apiVersion, kind, name, uid },
      }));
      const owned = { ...secret, metadata: { ...secret.metadata, ownerReferences } };
      await apply(owned, "secrets-store-csi-driver");
    },

    ciliumPolicies: () => apply(ciliumNetworkPolicies, "aks-cilium"),

    async version() {
      const { config, client } = await load();
      const { gitVersion } = await bounded(config, config.makeApiClient(client.VersionApi).getCode());
      return gitVersion.replace(/^v/, "").replace(/[-+].*$/, "");
    },

    async address() {
      // Without the client: each connection to a cluster's API server asks, and so does the start.
      const { hostname, port } = new URL(/^\s*server: (\S+)$/m.exec(await read())?.[1] ?? "");
      return { host: hostname, port: Number(port) };
    },

    async sleep(stack) {
      const { config, client } = await load();
      const core = config.makeApiClient(client.CoreV1Api);
      for (const namespace of await bounded(config, namespacesOf(core, { stack }))) {
        const quota = { metadata: { name: noPods }, spec: { hard: { pods: "0" } } };
        await core.createNamespacedResourceQuota({ namespace, body: quota }).catch(ignoreGone);
        await core.deleteCollectionNamespacedPod({ namespace, gracePeriodSeconds: 0 }).catch(ignoreGone);
      }
    },

    async wake(stack) {
      const { config, client } = await load();
      const core = config.makeApiClient(client.CoreV1Api);
      const apps = config.makeApiClient(client.AppsV1Api);
      for (const namespace of await bounded(config, namespacesOf(core, { stack }))) {
        await core.deleteNamespacedResourceQuota({ namespace, name: noPods }).catch(ignoreGone);
        // The controller of the ReplicaSets would try again only after minutes.
        for (const { metadata } of (await apps.listNamespacedReplicaSet({ namespace })).items) {
          const body = [
            { op: "add", path: "/metadata/annotations/tarmac.dev~1woken", value: new Date().toISOString() },
          ];
          await apps.patchNamespacedReplicaSet({ namespace, name: metadata?.name ?? "", body }).catch(ignoreGone);
        }
      }
    },

    async kubeconfig({ cluster: clusterName, user: userName, exec, port }) {
      const { config, client } = await load();
      const cluster = config.getCurrentCluster();
      const user = config.getCurrentUser();
      if (cluster === null || user === null) throw new Error(`${kubeconfigFile} has no current cluster and user`);
      return client.dumpYaml({
        apiVersion: "v1",
        kind: "Config",
        clusters: [
          {
            name: clusterName,
            cluster: { "certificate-authority-data": cluster.caData, server: atPort(cluster.server, port) },
          },
        ],
        users: [
          {
            name: userName,
            user:
              exec === undefined
                ? { "client-certificate-data": user.certData, "client-key-data": user.keyData }
                : { exec },
          },
        ],
        contexts: [{ name: clusterName, context: { cluster: clusterName, user: userName } }],
        "current-context": clusterName,
        preferences: {},
      });
    },

    async wipe(which) {
      const { config, client } = await load();
      const core = config.makeApiClient(client.CoreV1Api);
      const list = () => bounded(config, namespacesOf(core, which));
      const deadline = Date.now() + wipeSeconds * 1000;
      for (
        let names = await list();
        names.length > 0 && Date.now() < deadline && !stopping.aborted;
        names = await list()
      ) {
        await bounded(config, Promise.all(names.map((name) => deleteQuietly(core, name))));
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    },
  };
}

/** The address of another port on the same host. */
function atPort(server: string, port: number | undefined): string {
  if (port === undefined) return server;
  const url = new URL(server);
  url.port = `${port}`;
  return url.href.replace(/\/$/, "");
}

async function namespacesOf(core: CoreV1Api, which: { stack: string } | "all"): Promise<string[]> {
  const { items } = await core.listNamespace(which === "all" ? {} : { labelSelector: `${stackLabel}=${which.stack}` });
  return items.map((item: V1Namespace) => item.metadata?.name ?? "").filter((name) => !ownNamespace.test(name));
}

/**
 * Deletes a namespace and kills its pods: on AKS the nodes disappear with everything that runs on them, without a grace period. Ignores
 * that another request has deleted the namespace, or is deleting it.
 */
async function deleteQuietly(core: CoreV1Api, name: string): Promise<void> {
  try {
    await core.deleteNamespace({ name });
  } catch (error) {
    ignoreGone(error);
  }
  try {
    await core.deleteCollectionNamespacedPod({ namespace: name, gracePeriodSeconds: 0 });
  } catch (error) {
    ignoreGone(error);
  }
}

function ignoreGone(error: unknown): void {
  const { code } = error as { code?: number };
  if (code !== 404 && code !== 409) throw error;
}
