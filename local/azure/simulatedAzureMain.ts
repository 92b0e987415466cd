/** The simulated Azure as a daemon: `node local/azure/simulatedAzureMain.ts`. SIGTERM and SIGINT stop it cleanly. */
import { join } from "node:path";
import { ports, sockets, stateFolder } from "../layout.ts";
import { kubeletFolder, nodeName } from "../kubernetes/localCluster.ts";
import { ensureTls } from "../tls.ts";
import { upstreamProxy } from "./namesProxy.ts";
import { engineBuilder } from "./registry/taskBuilder.ts";
import { startSimulatedAzure } from "./simulatedAzure.ts";

const azure = await startSimulatedAzure({
  folder: join(stateFolder, "azure"),
  port: ports.azure,
  namesPort: ports.azureNames,
  upstreamProxy: upstreamProxy(process.env, ports.azureNames),
  registryPorts: ports.registries,
  clusterApiPorts: ports.clusterApis,
  buildForRun: engineBuilder({
    DOCKER_HOST: `unix://${sockets.docker}`,
    DOCKER_CONFIG: join(stateFolder, "docker-config"),
  }),
  tls: await ensureTls(),
  kubelet: { folder: kubeletFolder, nodeName },
  kubeconfigFile: join(stateFolder, "kubernetes", "super-admin.conf"),
});
process.stdout.write(`simulated Azure: ${azure.endpoint}\n`);

let stopped: Promise<void> | undefined;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    stopped ??= azure.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(
          `simulated Azure did not stop cleanly: ${error instanceof Error ? error.stack : String(error)}\n`,
        );
        process.exit(1);
      },
    );
  });
}
