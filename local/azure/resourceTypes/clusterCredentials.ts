/** The kubeconfigs that AKS issues: with the administrator's certificate, or with kubelogin for clusters with Entra. */
import type { Cloud } from "../cloud.ts";
import { ArmError, badRequest } from "../armErrors.ts";
import type { Entry } from "../inventory.ts";
import { asObject, asString, type JsonObject } from "../jsonValues.ts";
import { resourceGroupOf } from "../resourcePath.ts";
import { portOf } from "./startStop.ts";
import { refuseStopped } from "./stoppedCluster.ts";
import type { Action } from "./resourceType.ts";

/** Application ids of the AKS Entra server and its public client, the same in every tenant. */
const serverAppId = "6dae42f8-4368-4678-94ff-3960e28e3630";
const clientAppId = "80faf920-1908-4b52-b5ef-a8e7bedfc67a";

const staticNotAllowed = () =>
  badRequest("Getting static credential is not allowed because this cluster is set to disable local accounts.");

export const clusterCredentials: Record<string, Action> = {
  listClusterAdminCredential: ({ cloud, entry }) => {
    refuseStopped(entry, "listing credentials");
    if (entry.resource.properties.disableLocalAccounts === true) throw staticNotAllowed();
    return credentials(cloud, entry, "clusterAdmin");
  },
  listClusterUserCredential: ({ cloud, entry }) => {
    refuseStopped(entry, "listing credentials");
    const entraProfile = asObject(entry.resource.properties.aadProfile);
    if (entraProfile !== undefined) {
      return credentials(
        cloud,
        entry,
        "clusterUser",
        kubelogin(asString(entraProfile.tenantID) ?? cloud.deployer.tenantId),
      );
    }
    if (entry.resource.properties.disableLocalAccounts === true) throw staticNotAllowed();
    return credentials(cloud, entry, "clusterUser");
  },
};

async function credentials(
  cloud: Cloud,
  entry: Entry,
  kind: "clusterAdmin" | "clusterUser",
  exec?: JsonObject,
): Promise<JsonObject> {
  const { resource } = entry;
  const port = portOf(entry);
  const user = `${kind}_${resourceGroupOf(resource.id)}_${resource.name}`;
  const kubeconfig = await cloud.kubernetes
    .kubeconfig({
      ...{ cluster: resource.name, user },
      ...(exec === undefined ? {} : { exec }),
      ...(port === undefined ? {} : { port }),
    })
    .catch((error: Error) => {
      throw new ArmError(409, "ControlPlaneNotReady", error.message);
    });
  return { kubeconfigs: [{ name: kind, value: Buffer.from(kubeconfig).toString("base64") }] };
}

function kubelogin(tenantId: string): JsonObject {
  return {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: "kubelogin",
    args: [
      "get-token",
      ...["--environment", "AzurePublicCloud"],
      ...["--server-id", serverAppId],
      ...["--client-id", clientAppId],
      ...["--tenant-id", tenantId],
      ...["--login", "devicecode"],
    ],
    env: null,
    installHint:
      "kubelogin is not installed which is required to connect to AAD enabled cluster. To learn more, please go to https://aka.ms/aks/kubelogin",
    provideClusterInfo: false,
  };
}
