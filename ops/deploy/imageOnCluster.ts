/** Which images the cluster has been told to run: it knows also after an update that failed half-way, whatever the state says. */
import { ClusterReader } from "../cluster/clusterReader.ts";
import { findPlace } from "../doctor/target.ts";
import type { Deployment } from "../cluster/kubernetesObjects.ts";
import { type DeployedService, idOf } from "./deployedServices.ts";

/**
 * What each service is to run, by its id: asked of the cluster, or else what the state has.
 * @returns `undefined` for a service of which neither tells
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

/** Of the first container, which is the service. */
export const imageOf = ({ spec }: Deployment): string | undefined => spec?.template.spec?.containers[0]?.image;
