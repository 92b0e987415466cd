/** The Gateway of a service, on a cluster that may need the Gateway API first. */
import type * as pulumi from "@pulumi/pulumi";
import type { AutomaticCluster } from "@tarmac/components/automaticCluster";
import type { AzurePlaces } from "@tarmac/components/azure/azurePlace";
import { Cluster } from "@tarmac/components/cluster";
import type { ExistingCluster } from "@tarmac/components/existingCluster";
import { Gateway, type GatewayArgs } from "@tarmac/components/gateway";
import type { Identities } from "@tarmac/components/identities";
import { applicationRoutingClass, ManagedGatewayApi } from "@tarmac/components/managedGatewayApi";
import { certificateArgs, gatewayArgs } from "../exposureSettings.ts";
import { given } from "./givenResources.ts";
import type { ServiceSettings } from "./serviceSettings.ts";

export interface GatewayNeeds {
  settings: ServiceSettings;
  azure: AzurePlaces;
  cluster: AutomaticCluster | Cluster | ExistingCluster;
  /** Identities of the stack's cluster. @default none */
  identities: Identities | undefined;
  /** Arguments that do not follow from the settings alone. */
  args: Pick<GatewayArgs, "routesFrom" | "localDns" | "labels">;
  /** Options of the Gateway. */
  opts: pulumi.ComponentResourceOptions;
}

/**
 * Creates a Gateway for the service, if the settings ask for one. A cluster that the stack creates gets the Gateway API
 * first.
 */
export function serviceGateway({
  settings,
  azure,
  cluster,
  identities,
  args,
  opts,
}: GatewayNeeds): Gateway | undefined {
  const own = gatewayArgs(settings);
  if (own === undefined) return undefined;
  const { appName } = settings;
  const certificate = certificateArgs(settings);
  // An AKS Automatic cluster gets the Gateway API in its own request.
  const api =
    identities && cluster instanceof Cluster
      ? new ManagedGatewayApi(
          appName,
          {
            ...azure.place(),
            clusterName: cluster.clusterName,
            clusterId: cluster.managedCluster.id,
            controlPlaneId: identities.controlPlane.id,
            ...gatewayApiArgs(settings, own.gatewayClass),
          },
          { parent: opts.parent, dependsOn: cluster, deletedWith: cluster.managedCluster },
        )
      : undefined;
  const keyVaultCertificate =
    certificate && "issuerUrl" in cluster
      ? { ...azure.place(), ...certificate, issuerUrl: cluster.issuerUrl }
      : undefined;
  return new Gateway(appName, { ...own, keyVaultCertificate, ...args }, { ...opts, dependsOn: given(api) });
}

/** Returns the arguments of the cluster's Gateway API for the service's Gateway. */
export const gatewayApiArgs = (settings: ServiceSettings, gatewayClass: string) => ({
  applicationRouting: gatewayClass === applicationRoutingClass,
  keyVaultCertificates: certificateArgs(settings) !== undefined,
});
