/** `Microsoft.ManagedIdentity/userAssignedIdentities`: an identity that a cluster's control plane or its kubelets sign in as. */
import { randomUUID } from "node:crypto";
import { ArmError } from "../armErrors.ts";
import type { ResourceType } from "./resourceType.ts";

export const identityType = "Microsoft.ManagedIdentity/userAssignedIdentities";

/** Properties of a new identity; a re-created one has new ids, as on Azure. */
export function newIdentityProperties(tenantId: string) {
  return { isolationScope: "None", tenantId, principalId: randomUUID(), clientId: randomUUID() };
}

export const userAssignedIdentity: ResourceType = {
  type: identityType,
  apiVersions: [
    ...["2018-11-30", "2021-09-30-preview", "2022-01-31-preview", "2023-01-31"],
    ...["2023-07-31-preview", "2024-11-30", "2025-01-31-preview", "2025-05-31-preview"],
  ],
  tracked: true,
  checkName: (name) =>
    /^[a-z0-9][\w-]{2,127}$/i.test(name)
      ? undefined
      : new ArmError(
          400,
          "InvalidResourceName",
          `The resource name '${name}' is invalid. It must be 3 to 128 characters of letters, digits, hyphens and underscores, and start with a letter or digit.`,
        ),
  put: ({ cloud, existing, location }) => ({
    resource: { location, properties: existing?.resource.properties ?? newIdentityProperties(cloud.deployer.tenantId) },
  }),
};
