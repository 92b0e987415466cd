/** Assembles and runs the simulated Azure. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TlsFiles } from "../tls.ts";
import { Authorization } from "./authorization.ts";
import type { Cloud } from "./cloud.ts";
import { type Deployer, loadDeployer } from "./deployer.ts";
import { Directory } from "./directory.ts";
import { ClusterApis } from "./clusterApis.ts";
import { asObject } from "./jsonValues.ts";
import { openApi } from "./resourceTypes/startStop.ts";
import { managedClusterType } from "./resourceTypes/managedCluster.ts";
import { Inventory, type Resource } from "./inventory.ts";
import { type KubernetesSide, localKubernetes } from "./kubernetes.ts";
import { runOperation } from "./lifecycle.ts";
import { openNamesProxy } from "./namesProxy.ts";
import { Operations } from "./operations.ts";
import { launchDockerRegistry, type LaunchBackend } from "./registry/backend.ts";
import { Registries, registryType } from "./registry/openRegistries.ts";
import { engineBuilder, type TaskBuilder } from "./registry/taskBuilder.ts";
import { putResource, readResource } from "./resourceManager.ts";
import { openServer } from "./httpsServer.ts";
import { Simulation } from "./faults.ts";
import { type Kubelet, NodeSecretsStore } from "./secretsStore/secretsStoreAddOn.ts";
import { BlobStore } from "./storage/blobStore.ts";
import { TokenSigner } from "./tokenSigner.ts";

export interface SimulatedAzureOptions {
  /** Folder of the inventory, the deployer's credentials and the registries' images. Created if it does not exist. */
  folder: string;
  port: number;
  /** Port of the proxy that routes Azure's own host names here. */
  namesPort: number;
  /** The proxy that other host names need; none by default. */
  upstreamProxy?: URL | undefined;
  /** Ports of the registries' login servers. Their number limits the number of registries. */
  registryPorts: readonly number[];
  tls: TlsFiles;
  /** The local Kubernetes' administrator kubeconfig, which managed clusters issue. It may not exist yet. */
  kubeconfigFile: string;
  /** Ports of managed clusters' API servers. A cluster beyond their number has the address of the local Kubernetes. Default: none. */
  clusterApiPorts?: readonly number[];
  /** The kubelet that gets secrets of vaults from this service. Default: none. */
  kubelet?: Kubelet;
  /** `Retry-After` of operations in progress, in seconds. Default: 1. */
  pollSeconds?: number;
  /** Starts the process that stores a registry's images. Default: Debian's docker-registry. */
  launchBackend?: LaunchBackend;
  /** Builds images for runs of registries (ACR Tasks). Default: the engine at Docker's usual address. */
  buildForRun?: TaskBuilder;
  /** The Kubernetes behind managed clusters. Default: the one of `kubeconfigFile`. */
  kubernetes?: KubernetesSide;
}

export interface SimulatedAzure {
  /** `https://localhost:<port>` */
  endpoint: string;
  /** For `HTTPS_PROXY`: with it, Azure's own host names lead here. */
  namesProxy: string;
  deployer: Deployer;
  /** Closes servers and registries. The next start resumes operations in progress. */
  stop(): Promise<void>;
}

/** Starts the service on its folder's state, and resolves when it answers. Registries of an earlier run open in the background. */
export async function startSimulatedAzure(options: SimulatedAzureOptions): Promise<SimulatedAzure> {
  const { folder, port, namesPort, registryPorts, tls: files, kubeconfigFile, pollSeconds = 1 } = options;
  const stopping = new AbortController();
  const deployer = loadDeployer(join(folder, "deployer.json"));
  const inventory = new Inventory(join(folder, "inventory.json"));
  const [key, cert, ca] = await Promise.all([
    readFile(files.serverKey, "utf8"),
    readFile(files.serverCertificate, "utf8"),
    readFile(files.caCertificate, "utf8"),
  ]);
  const endpoint = `https://localhost:${port}`;
  const registries = new Registries(
    {
      folder: join(folder, "registries"),
      tls: { key, cert },
      tokenCertificate: files.tokenCertificate,
      ports: registryPorts,
      launch: options.launchBackend ?? launchDockerRegistry,
    },
    inventory,
  );
  const kubernetes = options.kubernetes ?? localKubernetes(kubeconfigFile, { endpoint, ca }, stopping.signal);
  const cloud: Cloud = {
    endpoint,
    deployer,
    inventory,
    directory: new Directory(inventory, deployer),
    authorization: new Authorization(inventory, deployer),
    operations: new Operations(inventory, pollSeconds, stopping.signal),
    simulation: new Simulation(inventory),
    registries,
    buildForRun: options.buildForRun ?? engineBuilder({}),
    blobs: new BlobStore(join(folder, "blobs")),
    kubernetes,
    clusterApis: new ClusterApis(options.clusterApiPorts ?? [], () => kubernetes.address(), stopping.signal),
    secretsStore: new NodeSecretsStore(options.kubelet),
    tokens: await TokenSigner.load(files.tokenKey, files.tokenCertificate),
    putResource: (...request) => putResource(cloud, ...request),
    readResource: (...request) => readResource(cloud, ...request),
    stopping: stopping.signal,
  };
  const server = await openServer(() => cloud, port, { key, cert });
  const names = await openNamesProxy({
    cloud: () => cloud,
    port: namesPort,
    serve: (connection) => void server.emit("connection", connection),
    upstream: options.upstreamProxy,
  });
  reopenRegistries(cloud);
  reopenClusters(cloud);
  cloud.secretsStore.resume(cloud);
  cloud.operations.resume((operation) => runOperation(cloud, operation));
  return {
    endpoint: cloud.endpoint,
    namesProxy: `http://127.0.0.1:${namesPort}`,
    deployer,
    stop: async () => {
      stopping.abort();
      server.closeAllConnections();
      await Promise.all([names.close(), new Promise((resolve) => server.close(resolve))]);
      await cloud.operations.idle();
      await registries.closeAll();
      await cloud.clusterApis.closeAll();
      await cloud.secretsStore.stop();
    },
  };
}

/** A cluster or a registry that cannot be served does not prevent the service from starting: the log says why. */
function reopenClusters(cloud: Cloud): void {
  for (const entry of cloud.inventory.ofType(managedClusterType)) {
    if (asObject(entry.resource.properties.powerState)?.code === "Running")
      openApi(cloud, entry).catch((error: Error) => notServed(entry.resource, error));
  }
}

/** A registry that is not served answers 503. */
function reopenRegistries(cloud: Cloud): void {
  for (const { resource } of cloud.inventory.ofType(registryType)) {
    if (resource.properties.provisioningState !== "Succeeded") continue;
    cloud.registries.open(cloud, resource.id).catch((error: Error) => notServed(resource, error));
  }
}

const notServed = ({ type, name }: Resource, { message }: Error): boolean =>
  process.stderr.write(`simulated Azure: ${type}/${name} is not served: ${message}\n`);
