/** Which image the cluster has been told to run: it knows also after an update that failed half-way, whatever the state says. */
import { ClusterReader } from "../cluster/clusterReader.ts";
import { findPlace } from "../doctor/target.ts";
import type { Deployment } from "../cluster/kubernetesObjects.ts";

/**
 * @param name of the Deployment
 * @returns `undefined` when there is no such Deployment, or the cluster cannot be asked
 */
export async function wantedImage(stack: string, name: string): Promise<string | undefined> {
  try {
    const { kubeconfig, namespace } = await findPlace({ stack });
    const path = `apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
    return imageOf(await new ClusterReader(kubeconfig).get<Deployment>(path));
  } catch {
    return undefined;
  }
}

/** Of the first container, which is the service. */
export const imageOf = ({ spec }: Deployment): string | undefined => spec?.template.spec?.containers[0]?.image;
