/** A simulated Azure for a test: on free ports, with a temporary folder, and without docker-registry and Kubernetes. */
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import tls from "node:tls";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { ContainerServiceClient } from "@azure/arm-containerservice";
import { ManagedServiceIdentityClient } from "@azure/arm-msi";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential } from "@azure/identity";
import type { JWK } from "jose";
import type { Ingress } from "../../../../local/azure/applicationRouting.ts";
import type { KubernetesSide } from "../../../../local/azure/kubernetes.ts";
import type { V1Secret } from "@kubernetes/client-node";
import type { Kubelet } from "../../../../local/azure/secretsStore/secretsStoreAddOn.ts";
import type { SecretProviderClass } from "../../../../local/azure/secretsStore/driverObjects.ts";
import type { LaunchBackend } from "../../../../local/azure/registry/backend.ts";
import type { TaskBuild, TaskBuilder } from "../../../../local/azure/registry/taskBuilder.ts";
import { type SimulatedAzure, startSimulatedAzure } from "../../../../local/azure/simulatedAzure.ts";
import { ensureTls, type TlsFiles } from "../../../../local/tls.ts";

/** A Kubernetes that records its requests. */
export interface FakeKubernetes extends KubernetesSide {
  wiped: ({ stack: string } | "all")[];
  /** The parts that clusters requested, newest last. */
  ingresses: Ingress[];
  /** Whether pods with the label of workload identity get a token. */
  workloadIdentities: boolean;
  /** Keys of tokens of ServiceAccounts. */
  keys: JWK[];
  /** Annotations by `NAMESPACE/NAME` of a ServiceAccount. */
  serviceAccounts: Record<string, Record<string, string>>;
  /** Whether the driver for secrets of vaults has its objects. */
  secretsStores: boolean;
  /** By `NAMESPACE/NAME`. */
  secretProviderClasses: Record<string, SecretProviderClass>;
  /** The Secrets that the driver wrote, by `NAMESPACE/POD/NAME`. */
  secretsOfPods: Record<string, V1Secret>;
  /** How many times clusters asked for Cilium's network policies. */
  withCilium: number;
  down: boolean;
  /** Stacks whose pods are gone until they wake. */
  asleep: Set<string>;
  /** Port of its API server. */
  apiPort: number;
}

export function fakeKubernetes(): FakeKubernetes {
  const fake: FakeKubernetes = {
    wiped: [],
    ingresses: [],
    ingress: (wanted) => {
      fake.ingresses.push(wanted);
      return Promise.resolve();
    },
    workloadIdentities: false,
    workloadIdentity: (wanted) => {
      fake.workloadIdentities = wanted;
      return Promise.resolve();
    },
    keys: [],
    signingKeys: () => Promise.resolve(fake.keys),
    serviceAccounts: {},
    serviceAccountAnnotations: (namespace, name) => Promise.resolve(fake.serviceAccounts[`${namespace}/${name}`] ?? {}),
    secretsStores: false,
    secretsStore: (wanted) => {
      fake.secretsStores = wanted;
      return Promise.resolve();
    },
    secretProviderClasses: {},
    secretProviderClass: (namespace, name) => Promise.resolve(fake.secretProviderClasses[`${namespace}/${name}`]),
    secretsOfPods: {},
    putSecretOf: ({ namespace, name }, secret) => {
      fake.secretsOfPods[`${namespace}/${name}/${secret.metadata?.name}`] = secret;
      return Promise.resolve();
    },
    withCilium: 0,
    ciliumPolicies: () => {
      fake.withCilium++;
      return Promise.resolve();
    },
    down: false,
    version: () =>
      fake.down ? Promise.reject(new Error("the local Kubernetes does not answer")) : Promise.resolve("1.34.10"),
    kubeconfig: (wanted) => Promise.resolve(JSON.stringify(wanted)),
    address: () => Promise.resolve({ host: "127.0.0.1", port: fake.apiPort }),
    apiPort: 0,
    asleep: new Set(),
    sleep: (stack) => {
      if (fake.down) return Promise.reject(new Error("the local Kubernetes does not answer"));
      fake.asleep.add(stack);
      return Promise.resolve();
    },
    wake: (stack) => Promise.resolve(void fake.asleep.delete(stack)),
    wipe: (which) => {
      if (fake.down) return Promise.reject(new Error("the local Kubernetes does not answer"));
      fake.wiped.push(which);
      return Promise.resolve();
    },
  };
  return fake;
}

/** Answers in place of a docker-registry. By default it returns the request. */
export type BackendHandler = (request: IncomingMessage, response: ServerResponse) => void;

export function fakeBackend(handler: BackendHandler): LaunchBackend {
  return async (spec) => {
    const server = createHttpServer(handler);
    await new Promise<void>((resolve) => server.listen(spec.socketPath, resolve));
    return {
      socketPath: spec.socketPath,
      images: join(spec.folder, "images"),
      status: () => "running",
      stop: async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  };
}

export const echo: BackendHandler = (request, response) => {
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ method: request.method, url: request.url }));
};

export interface Environment {
  azure: SimulatedAzure;
  kubernetes: FakeKubernetes;
  folder: string;
  tls: TlsFiles;
  /** Builds for runs of registries, in place of a Docker engine. Default: fails. */
  buildForRun: TaskBuilder;
  /** What runs have built, oldest first. */
  built: TaskBuild[];
  /** Stops the service and starts it again on the same folder and ports. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const keptTls = resolve("node_modules/.cache/test-tls");

/** Making the keys and certificates takes half a second of CPU time, so one set serves all test files, and the next runs. */
async function testTls(folder: string): Promise<TlsFiles> {
  const kept = existsSync(keptTls);
  if (kept) cpSync(keptTls, folder, { recursive: true });
  const files = await ensureTls(folder);
  const isKept = Object.values(files).every((file: string) => isSame(file, join(keptTls, basename(file))));
  if (kept && !isKept) rmSync(keptTls, { recursive: true, force: true });
  if (!isKept) keepTls(folder);
  return files;
}

const isSame = (one: string, other: string) => existsSync(other) && readFileSync(one).equals(readFileSync(other));

function keepTls(folder: string): void {
  const draft = `${keptTls}-${process.pid}`;
  cpSync(folder, draft, { recursive: true });
  try {
    renameSync(draft, keptTls);
  } catch {
    // Another worker was first.
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Starts a simulated Azure; `stop` it in afterAll. @param clusterApis number of clusters whose API server has its own port */
export async function startEnvironment(
  backend: BackendHandler = echo,
  { clusterApis = 0, kubelet }: { clusterApis?: number; kubelet?: Kubelet } = {},
): Promise<Environment> {
  const folder = mkdtempSync(join(tmpdir(), "simulated-azure-"));
  const files = await testTls(join(folder, "tls"));
  trust(readFileSync(files.caCertificate, "utf8"));
  const kubernetes = fakeKubernetes();
  const [port = 0, namesPort = 0, ...others] = await freePorts(4 + clusterApis);
  const [registryPorts, clusterApiPorts] = [others.slice(0, 2), others.slice(2)];
  const start = () =>
    startSimulatedAzure({
      folder: join(folder, "azure"),
      port,
      namesPort,
      registryPorts,
      clusterApiPorts,
      tls: files,
      kubeconfigFile: join(folder, "none.conf"),
      pollSeconds: 0,
      launchBackend: fakeBackend(backend),
      kubernetes,
      buildForRun: (build, say, signal) => {
        environment.built.push(build);
        return environment.buildForRun(build, say, signal);
      },
      ...(kubelet !== undefined && { kubelet }),
    });
  const environment: Environment = {
    azure: await start(),
    kubernetes,
    folder,
    tls: files,
    buildForRun: () => Promise.reject(new Error("no builder")),
    built: [],
    restart: async () => {
      await environment.azure.stop();
      environment.azure = await start();
    },
    stop: async () => {
      await environment.azure.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return environment;
}

/** Starts a simulated Azure with the resource group `rg`. Returns it with the deployer's clients and the id of the group. */
export async function startWithGroup(
  options: { clusterApis?: number; kubelet?: Kubelet } = {},
): Promise<{ environment: Environment; azure: Clients; group: string }> {
  const environment = await startEnvironment(echo, options);
  const azure = clients(environment.azure);
  const { id = "" } = await azure.resources.resourceGroups.createOrUpdate("rg", { location: "swedencentral" });
  return { environment, azure, group: id };
}

/** Like NODE_EXTRA_CA_CERTS, which Node reads only at its start. */
function trust(authority: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), authority]);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const found = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return found;
}

/** Microsoft's own clients, signed in as the deployer or as another service principal. */
export function clients(azure: SimulatedAzure, as: { clientId: string; clientSecret: string } = azure.deployer) {
  const { endpoint, deployer } = azure;
  const credential = new ClientSecretCredential(deployer.tenantId, as.clientId, as.clientSecret, {
    authorityHost: endpoint,
    disableInstanceDiscovery: true,
  });
  // Retries hide what a test wants to see.
  const options = { endpoint, retryOptions: { maxRetries: 0 } };
  return {
    credential,
    resources: new ResourceManagementClient(credential, deployer.subscriptionId, options),
    registries: new ContainerRegistryManagementClient(credential, deployer.subscriptionId, options),
    clusters: new ContainerServiceClient(credential, deployer.subscriptionId, options),
    identities: new ManagedServiceIdentityClient(credential, deployer.subscriptionId, options),
    authorization: new AuthorizationManagementClient(credential, deployer.subscriptionId, options),
  };
}

export type Clients = ReturnType<typeof clients>;

/** A role definition's id in the simulated subscription. */
export function roleId(azure: SimulatedAzure, guid: string): string {
  return `/subscriptions/${azure.deployer.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
}

export const roleGuids = {
  contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  acrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  acrPush: "8311e382-0749-4cb8-b61a-304f252e45ec",
  acrDelete: "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
  repositoryReader: "b93aa761-3e63-49ed-ac28-beffa264f7ac",
  repositoryWriter: "2a1e307c-b015-4ebd-883e-5b7698a07328",
  repositoryContributor: "2efddaa5-3f1f-4df3-97df-af3f13818f4c",
  managedIdentityOperator: "f1a07417-d97a-45cb-824c-7a7467783830",
};

/** Sends a request that no client library would send. */
export async function raw(
  azure: SimulatedAzure,
  path: string,
  init: RequestInit & { token?: string } = {},
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const { token, ...rest } = init;
  const response = await fetch(`${azure.endpoint}${path}`, {
    ...rest,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(rest.headers as Record<string, string>),
    },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

/** An answer of the Resource Manager: the code and message of an error, or the whole body. */
export interface Answer {
  status: number;
  code?: string;
  message?: string;
  id?: string;
  properties?: Record<string, unknown>;
}

/** A request to the Resource Manager, as the deployer unless another token is given. */
export async function arm(
  azure: SimulatedAzure,
  method: string,
  id: string,
  apiVersion: string,
  body?: unknown,
  token?: string,
): Promise<Answer> {
  const answer = await raw(azure, `${id}?api-version=${apiVersion}`, {
    method,
    token: token ?? (await armToken(azure)),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { error, ...rest } = (answer.body ?? {}) as { error?: Pick<Answer, "code" | "message"> };
  return { status: answer.status, code: error?.code, message: error?.message, ...rest };
}

/** An Entra token for the Resource Manager. */
export async function armToken(
  azure: SimulatedAzure,
  as?: { clientId: string; clientSecret: string },
): Promise<string> {
  return (await clients(azure, as).credential.getToken(`${azure.endpoint}/.default`)).token;
}

/** A call of the control API. */
export async function simulation(
  azure: SimulatedAzure,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await raw(azure, `/simulation/${path}`, {
    method,
    token: await armToken(azure),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Repeats an attempt until it passes, for at most five seconds. Reports the last failure. */
export async function eventually<T>(attempt: () => PromiseLike<T>): Promise<T> {
  const deadline = Date.now() + 5000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

export interface TestRegistry {
  name: string;
  loginServer: string;
  id: string;
}

/** A registry in the group `rg`. @param roleAssignmentMode "LegacyRegistryPermissions" or "AbacRepositoryPermissions" */
export async function newRegistry(azure: Clients, name: string, roleAssignmentMode: string): Promise<TestRegistry> {
  const { loginServer = "", id = "" } = await azure.registries.registries.create("rg", name, {
    location: "swedencentral",
    sku: { name: "Basic" },
    roleAssignmentMode,
  });
  return { name, loginServer, id };
}
