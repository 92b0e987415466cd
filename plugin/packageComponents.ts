/** The components of the package, by the type that each registers. */
import type * as pulumi from "@pulumi/pulumi";
import { AppIdentity } from "@tarmac/components/appIdentity";
import { AutomaticCluster } from "@tarmac/components/automaticCluster";
import { Cluster } from "@tarmac/components/cluster";
import { ClusterAccess } from "@tarmac/components/clusterAccess";
import { ExistingCluster } from "@tarmac/components/existingCluster";
import { ExistingNetwork } from "@tarmac/components/existingNetwork";
import { ExistingRegistry } from "@tarmac/components/existingRegistry";
import { Gateway } from "@tarmac/components/gateway";
import { Identities } from "@tarmac/components/identities";
import { AppImage } from "@tarmac/components/image";
import { KeyVault } from "@tarmac/components/keyVault";
import { KeyVaultEndpoint } from "@tarmac/components/keyVaultEndpoint";
import { ManagedGatewayApi } from "@tarmac/components/managedGatewayApi";
import { Monitoring } from "@tarmac/components/monitoring";
import { AppNamespace } from "@tarmac/components/namespace";
import { Network } from "@tarmac/components/network";
import { PullAccess } from "@tarmac/components/pullAccess";
import { PullSecret } from "@tarmac/components/pullSecret";
import { Registry } from "@tarmac/components/registry";
import { RegistryEndpoint } from "@tarmac/components/registryEndpoint";
import { Workload } from "@tarmac/components/workload";
import { NodeService } from "@tarmac/settings/service/nodeService";

/** A component whose arguments were checked against the schema, and not by the compiler. */
export type Component = new (
  name: string,
  args: never,
  opts?: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource;

export const serviceType = "tarmac:index:NodeService";

export const packageComponents: Readonly<Record<string, Component>> = {
  "tarmac:azure:AppIdentity": AppIdentity,
  "tarmac:azure:AutomaticCluster": AutomaticCluster,
  "tarmac:azure:Cluster": Cluster,
  "tarmac:azure:ClusterAccess": ClusterAccess,
  "tarmac:azure:ExistingNetwork": ExistingNetwork,
  "tarmac:azure:ExistingRegistry": ExistingRegistry,
  "tarmac:azure:Identities": Identities,
  "tarmac:azure:KeyVault": KeyVault,
  "tarmac:azure:KeyVaultEndpoint": KeyVaultEndpoint,
  "tarmac:azure:ManagedGatewayApi": ManagedGatewayApi,
  "tarmac:azure:Monitoring": Monitoring,
  "tarmac:azure:Network": Network,
  "tarmac:azure:PullAccess": PullAccess,
  "tarmac:azure:Registry": Registry,
  "tarmac:azure:RegistryEndpoint": RegistryEndpoint,
  "tarmac:docker:AppImage": AppImage,
  "tarmac:kubernetes:AppNamespace": AppNamespace,
  "tarmac:kubernetes:ExistingCluster": ExistingCluster,
  "tarmac:kubernetes:Gateway": Gateway,
  "tarmac:kubernetes:PullSecret": PullSecret,
  "tarmac:kubernetes:Workload": Workload,
  [serviceType]: NodeService,
};
