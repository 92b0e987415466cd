import * as pulumi from "@pulumi/pulumi";
import { argumentSettings } from "./argumentSettings.ts";
import { composeService } from "./composeService.ts";
import type { NodeServiceArgs } from "./nodeServiceArgs.ts";

/**
 * A Node service on Azure Kubernetes Service, from its source to running pods: registry, identities, the right to pull,
 * cluster, image and workload. Its arguments are the settings of docs/settings.md, with the same defaults and checks.
 *
 * Use the single components where this one is not flexible enough, and `transforms` to change resource properties that
 * no argument covers.
 * @example
 * ```ts
 * const service = new NodeService("hello", { location: "swedencentral", replicas: 2 });
 * export const url = service.url;
 * ```
 */
export class NodeService extends pulumi.ComponentResource {
  /** Address of the service. For a ClusterIP service it is inside the cluster: `reach` says how to get there. */
  readonly url: pulumi.Output<string>;
  /** The command that reaches the service. */
  readonly reach: pulumi.Output<string>;
  /** The image that runs: registry host, repository, tag and digest. */
  readonly imageReference: pulumi.Output<string>;
  /** Host name of the registry in image references, e.g. `myregistry.azurecr.io`. */
  readonly loginServer: pulumi.Output<string>;
  /** Name of the resource group; undefined if the service creates nothing in Azure. */
  readonly resourceGroup: pulumi.Output<string> | undefined;
  /** Name of the cluster; of an existing cluster, its context in the kubeconfig. */
  readonly clusterName: pulumi.Output<string>;
  /** Resource id of the cluster that the service creates; undefined on an existing cluster. */
  readonly clusterId: pulumi.Output<string> | undefined;
  /** Namespace of the service. */
  readonly namespaceName: pulumi.Output<string>;
  /** Kubeconfig (YAML) of the cluster; a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Object id of the identity that pulls images; undefined if pulling needs none. */
  readonly kubeletObjectId: pulumi.Output<string> | undefined;
  /** Object id of the service's identity, for further role assignments; undefined without `appIdentity`. */
  readonly appIdentityObjectId: pulumi.Output<string> | undefined;
  /** Command that writes a secret into the service's own vault; undefined without `ownKeyVault`. */
  readonly setSecret: pulumi.Output<string> | undefined;

  /** @throws pulumi.InputPropertyError or pulumi.InputPropertiesError naming each invalid argument. */
  constructor(name: string, args: NodeServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    const { settings, warnings } = argumentSettings(name, args);
    super("tarmac:index:NodeService", name, {}, opts);
    for (const warning of warnings) void pulumi.log.warn(warning, this);
    const service = composeService(settings, this);
    this.url = service.url;
    this.reach = service.reach;
    this.imageReference = service.imageReference;
    this.loginServer = service.loginServer;
    this.resourceGroup = service.resourceGroup;
    this.clusterName = service.clusterName;
    this.clusterId = service.clusterId;
    this.namespaceName = service.namespaceName;
    this.kubeconfig = service.kubeconfig;
    this.kubeletObjectId = service.kubeletObjectId;
    this.appIdentityObjectId = service.appIdentityObjectId;
    this.setSecret = service.setSecret;
    this.registerOutputs(service);
  }
}
