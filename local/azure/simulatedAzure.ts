/** Puts the simulated Azure together and runs it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TlsFiles } from "../tls.ts";
import { Authorization } from "./authorization.ts";
import type { Cloud } from "./cloud.ts";
import { type Deployer, loadDeployer } from "./deployer.ts";
import { Directory } from "./directory.ts";
import { Inventory } from "./inventory.ts";
import { type KubernetesSide, localKubernetes } from "./kubernetes.ts";
import { runOperation } from "./lifecycle.ts";
import { Operations } from "./operations.ts";
import { launchDockerRegistry, type LaunchBackend } from "./registry/backend.ts";
import { Registries, registryType } from "./registry/openRegistries.ts";
import { openServer } from "./httpsServer.ts";
import { Simulation } from "./faults.ts";
import { TokenSigner } from "./tokenSigner.ts";

export interface SimulatedAzureOptions {
  /** Holds the inventory, the deployer's credentials, and the registries' images. Made when it does not exist. */
  folder: string;
  port: number;
  /** Ports of the registries' login servers: so many registries can exist. */
  registryPorts: readonly number[];
  tls: TlsFiles;
  /** The local Kubernetes' administrator, which managed clusters hand out; the file need not exist yet. */
  kubeconfigFile: string;
  /** What clients are told to wait between two looks at an operation, seconds. Default 1. */
  pollSeconds?: number;
  /** Where registries keep their images; Debian's docker-registry by default. */
  launchBackend?: LaunchBackend;
  /** What managed clusters stand on; the Kubernetes of `kubeconfigFile` by default. */
  kubernetes?: KubernetesSide;
}

export interface SimulatedAzure {
  /** `https://localhost:<port>` */
  endpoint: string;
  deployer: Deployer;
  /** Closes servers and registries. What is under way is taken up at the next start. */
  stop(): Promise<void>;
}

/** Starts the service with what its folder holds, and resolves when it answers; registries of an earlier run open in the background. */
export async function startSimulatedAzure(options: SimulatedAzureOptions): Promise<SimulatedAzure> {
  const { folder, port, registryPorts, tls: files, kubeconfigFile, pollSeconds = 1 } = options;
  const stopping = new AbortController();
  const deployer = loadDeployer(join(folder, "deployer.json"));
  const inventory = new Inventory(join(folder, "inventory.json"));
  const [key, cert] = await Promise.all([readFile(files.serverKey, "utf8"), readFile(files.serverCertificate, "utf8")]);
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
  const cloud: Cloud = {
    endpoint: `https://localhost:${port}`,
    deployer,
    inventory,
    directory: new Directory(inventory, deployer),
    authorization: new Authorization(inventory, deployer),
    operations: new Operations(inventory, pollSeconds, stopping.signal),
    simulation: new Simulation(inventory),
    registries,
    kubernetes: options.kubernetes ?? localKubernetes(kubeconfigFile, stopping.signal),
    tokens: await TokenSigner.load(files.tokenKey, files.tokenCertificate),
    stopping: stopping.signal,
  };
  const server = await openServer(() => cloud, port, { key, cert });
  reopenRegistries(cloud);
  cloud.operations.resume((operation) => runOperation(cloud, operation));
  return {
    endpoint: cloud.endpoint,
    deployer,
    stop: async () => {
      stopping.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await cloud.operations.idle();
      await registries.closeAll();
    },
  };
}

/** A registry that cannot be served must not keep the rest from starting: it answers 503, and the log says why. */
function reopenRegistries(cloud: Cloud): void {
  for (const { resource } of cloud.inventory.ofType(registryType)) {
    if (resource.properties.provisioningState !== "Succeeded") continue;
    cloud.registries.open(cloud, resource.id).catch((error: Error) => {
      process.stderr.write(`simulated Azure: registry ${resource.name} is not served: ${error.message}\n`);
    });
  }
}
