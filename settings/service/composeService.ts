/** One service, from source to running pods. Each part is a component of `@tarmac/components`. */
import * as pulumi from "@pulumi/pulumi";
import { AppIdentity } from "@tarmac/components/appIdentity";
import { azurePlaces } from "@tarmac/components/azure/azurePlace";
import { labelValue } from "@tarmac/components/azure/derivedNames";
import { Identities } from "@tarmac/components/identities";
import { AppImage } from "@tarmac/components/image";
import { serviceImage } from "@tarmac/components/image/serviceImage";
import { KeyVault } from "@tarmac/components/keyVault";
import { Monitoring } from "@tarmac/components/monitoring";
import { AppNamespace } from "@tarmac/components/namespace";
import { PullAccess } from "@tarmac/components/pullAccess";
import { PullSecret } from "@tarmac/components/pullSecret";
import { imageRegistry } from "@tarmac/components/registry/registryChoice";
import { Workload } from "@tarmac/components/workload";
import { localDnsOf } from "../clusterSettings.ts";
import { routeArgs } from "../exposureSettings.ts";
import { existingImages, imageArgs } from "../imageSettings.ts";
import { identityRoles, keyVaultArgs, ownVaultGrants, vaultVariables } from "../keyVaultSettings.ts";
import { monitoringArgs } from "../monitoringSettings.ts";
import { hasOwnIdentities } from "../networkSettings.ts";
import { ownKeyVaultArgs, ownVaultPeers } from "../ownKeyVaultSettings.ts";
import { registryChoice } from "../registrySettings.ts";
import { workloadArgs } from "../workloadSettings.ts";
import { given } from "./givenResources.ts";
import { serviceCluster } from "./serviceCluster.ts";
import { serviceGateway } from "./serviceGateway.ts";
import type { ServiceSettings } from "./serviceSettings.ts";

/**
 * Creates everything that the settings ask for.
 * @param settings checked settings
 * @param parent the component that all resources belong to. @default none: they are at the top of the stack
 */
export function composeService(settings: ServiceSettings, parent?: pulumi.Resource) {
  const { appName, protect, grantSeconds } = settings;
  const labels = { "app.kubernetes.io/part-of": appName, "tarmac.dev/stack": labelValue(pulumi.getStack()) };
  const azure = azurePlaces(settings, { parent });

  const repository = settings.repository ?? appName;
  const registry = imageRegistry(appName, registryChoice(settings), repository, azure.place, { parent, protect });
  const vaultArgs = ownKeyVaultArgs(settings);
  const ownVault = vaultArgs && new KeyVault(appName, { ...azure.place(), ...vaultArgs }, { parent, protect });
  const identities = hasOwnIdentities(settings)
    ? new Identities(appName, { ...azure.place(), grantSeconds }, { parent })
    : undefined;

  // The right to pull exists before the first node, so the registry never refuses a pod. Only an identity that AKS
  // creates gets the right later, once it exists with the cluster. The pods wait for it.
  const pullAccessOf = (objectId: pulumi.Input<string> | undefined): PullAccess | undefined =>
    objectId === undefined || registry.pullSources === undefined
      ? undefined
      : new PullAccess(appName, { kubeletObjectId: objectId, registries: registry.pullSources }, { parent });
  const knownKubelet = identities?.kubelet.objectId ?? settings.kubeletObjectId;
  const earlyPullAccess = pullAccessOf(knownKubelet);
  const before = given(identities, earlyPullAccess);
  const cluster = serviceCluster({ settings, azure, registry, ownVault, identities, before, parent });
  const kubeletObjectId = knownKubelet ?? ("kubeletObjectId" in cluster ? cluster.kubeletObjectId : undefined);
  const pullAccess = knownKubelet === undefined ? pullAccessOf(kubeletObjectId) : earlyPullAccess;

  const monitored = monitoringArgs(settings);
  const monitoredClusterId = settings.monitoredClusterId ?? cluster.managedCluster?.id;
  if (monitored && monitoredClusterId) {
    // On an existing cluster, which may have other users, their workloads do not concern this stack.
    const namespace = cluster.managedCluster ? undefined : (settings.namespace ?? appName);
    new Monitoring(appName, { ...azure.place(), ...monitored, clusterId: monitoredClusterId, namespace }, { parent });
  }

  // The image is built and pushed, or imported, while the cluster is being created, because it needs only the registry.
  const imageReference = serviceImage({
    existing: existingImages(settings, [appName])[appName],
    importFrom: settings.importFrom,
    imageFrom: settings.imageFrom,
    registry,
    build: () =>
      new AppImage(
        appName,
        {
          ...imageArgs(settings, registry),
          loginServer: registry.loginServer,
          credentials: registry.signIn?.("push"),
          repository,
        },
        { parent },
      ).reference,
  });

  const onCluster = { parent, provider: cluster.provider, deletedWith: cluster.managedCluster };
  const localDns = localDnsOf(settings);
  const namespace = new AppNamespace(settings.namespace ?? appName, { labels, localDns }, { ...onCluster, protect });
  const { namespaceName } = namespace;
  const pullSecret =
    registry.pullWith && new PullSecret(appName, { ...registry.pullWith, namespace: namespaceName, labels }, onCluster);
  const gatewayNeeds = { args: { routesFrom: namespaceName, localDns, labels }, opts: onCluster };
  const gateway = serviceGateway({ settings, azure, cluster, identities, ...gatewayNeeds });
  const roles = identityRoles(settings);
  const issuerUrl = "issuerUrl" in cluster ? cluster.issuerUrl : (settings.oidcIssuer ?? "");
  const trusted = { namespace: namespaceName, serviceAccount: appName };
  const ownSecrets = ownVault && { vaultId: ownVault.id, names: ownVaultGrants(settings) };
  const granted = { roles, secrets: ownSecrets };
  const identity =
    roles && new AppIdentity(appName, { ...azure.place(), issuerUrl, ...trusted, ...granted }, { parent });
  const secrets = keyVaultArgs(settings);
  const vaultName = ownVault?.vaultName ?? secrets?.vaultName;
  const workload = new Workload(
    appName,
    {
      ...workloadArgs(settings),
      environment: { ...settings.environment, ...vaultVariables(settings, ownVault?.url) },
      egressTo: [...settings.egressTo, ...ownVaultPeers(settings)],
      route: routeArgs(settings, gateway && { namespace: gateway.namespaceName, name: gateway.gatewayName }),
      namespace: namespaceName,
      image: imageReference,
      imagePullSecrets: pullSecret && [pullSecret.secretName],
      identity,
      keyVault:
        secrets && identity && vaultName !== undefined
          ? { ...secrets, vaultName, tenantId: identity.tenantId }
          : undefined,
      labels: { ...settings.labels, ...labels },
    },
    // The pods wait for the pools, whose nodes they run on.
    { ...onCluster, dependsOn: given(pullAccess, pullSecret, identity, ...cluster.pools) },
  );

  const inCluster = settings.serviceType === "ClusterIP" && settings.hostname === undefined;
  return {
    url: workload.address,
    reach: inCluster
      ? pulumi.interpolate`kubectl --namespace ${namespaceName} port-forward service/${workload.workloadName} 8080:${settings.servicePort}`
      : pulumi.interpolate`curl ${workload.address}`,
    imageReference,
    loginServer: pulumi.output(registry.loginServer),
    resourceGroup: azure.created()?.name,
    clusterName: cluster.clusterName,
    clusterId: cluster.managedCluster?.id,
    namespaceName,
    kubeconfig: cluster.kubeconfig,
    kubeletObjectId: kubeletObjectId === undefined ? undefined : pulumi.output(kubeletObjectId),
    appIdentityObjectId: identity?.objectId,
    setSecret:
      ownVault &&
      pulumi.interpolate`az keyvault secret set --vault-name ${ownVault.vaultName} --name SECRET --file FILE`,
  };
}
