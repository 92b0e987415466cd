/**
 * The images that the cluster is configured to run. The cluster knows them even after an update that failed halfway,
 * whatever the state says.
 */
import { ClusterReader } from "../cluster/clusterReader.ts";
import { findPlace } from "../doctor/target.ts";
import type { Deployment } from "../cluster/kubernetesObjects.ts";
import { type DeployedService, idOf } from "./deployedServices.ts";

/**
 * The image each service should run, by service id: from the cluster, or else from the state.
 * @returns `undefined` for a service that neither knows
 */
export async function wantedImages(
  stack: string,
  services: readonly DeployedService[],
): Promise<Map<string, string | undefined>> {
  const reader = await findPlace({ stack }).then(
    ({ kubeconfig }) => new ClusterReader(kubeconfig),
    () => undefined,
  );
  return new Map(
    await Promise.all(
      services.map(async (service) => [idOf(service), (await askedOf(reader, service)) ?? service.image] as const),
    ),
  );
}

async function askedOf(
  reader: ClusterReader | undefined,
  { namespace, name }: DeployedService,
): Promise<string | undefined> {
  try {
    const deployment = await reader?.get<Deployment>(`apis/apps/v1/namespaces/${namespace}/deployments/${name}`);
    return deployment === undefined ? undefined : imageOf(deployment);
  } catch {
    return undefined;
  }
}

/** The image of the first container, which is the service. */
export const imageOf = ({ spec }: Deployment): string | undefined => spec?.template.spec?.containers[0]?.image;
