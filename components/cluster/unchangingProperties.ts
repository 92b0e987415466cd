/** Properties that Azure adds to those in a cluster's request. They never change while the cluster exists. */
import type * as pulumi from "@pulumi/pulumi";
import { getManagedCluster, type GetManagedClusterArgs } from "@pulumi/azure-native/containerservice/index.js";
import { unchanging } from "../azure/unchanging.ts";

/** The part of a cluster's answer that has them. */
export interface AddedProperties {
  identityProfile?: Record<string, { objectId?: string }> | undefined;
  oidcIssuerProfile?: { issuerURL?: string } | undefined;
}

const unchangingOf = ({ identityProfile, oidcIssuerProfile }: AddedProperties) => ({
  kubeletObjectId: identityProfile?.kubeletidentity?.objectId ?? "",
  issuerUrl: oidcIssuerProfile?.issuerURL ?? "",
});

/** Returns the kubelet identity's object id and the URL of the OIDC issuer, known also in the preview of an update. */
export const unchangingProperties = (
  properties: pulumi.Output<AddedProperties>,
  cluster: { resourceGroupName: pulumi.Input<string>; resourceName: pulumi.Input<string> },
  parent: pulumi.Resource,
) =>
  unchanging(properties.apply(unchangingOf), cluster, async (query: GetManagedClusterArgs) =>
    unchangingOf(await getManagedCluster(query, { parent })),
  );
