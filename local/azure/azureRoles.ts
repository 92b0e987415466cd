/** Built-in roles, with the ids and permissions that Azure documents: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
import { ArmError } from "./armErrors.ts";

export interface Role {
  id: string;
  name: string;
  description: string;
  actions: readonly string[];
  notActions?: readonly string[];
  dataActions?: readonly string[];
  notDataActions?: readonly string[];
  /** Of a custom role. The built-in ones can be assigned everywhere. */
  assignableScopes?: readonly string[];
}

const acr = "Microsoft.ContainerRegistry/registries";
const aks = "Microsoft.ContainerService/managedClusters";
const vault = "Microsoft.KeyVault/vaults";
const blobContainers = "Microsoft.Storage/storageAccounts/blobServices/containers";
const queues = "Microsoft.Storage/storageAccounts/queueServices/queues";
const readServiceBus = ["queues", "topics", "topics/subscriptions"].map(
  (kind) => `Microsoft.ServiceBus/*/${kind}/read`,
);
/** What the cluster's reader role can see: neither Secrets nor any custom resource. */
const clusterRead = [
  ...["apps/controllerrevisions", "apps/daemonsets", "apps/deployments", "apps/replicasets", "apps/statefulsets"],
  ...["autoscaling/horizontalpodautoscalers", "batch/cronjobs", "batch/jobs", "configmaps"],
  ...["discovery.k8s.io/endpointslices", "endpoints", "events.k8s.io/events", "events"],
  ...["extensions/daemonsets", "extensions/deployments", "extensions/ingresses", "extensions/networkpolicies"],
  ...["extensions/replicasets", "limitranges", "metrics.k8s.io/pods", "metrics.k8s.io/nodes", "namespaces"],
  ...["networking.k8s.io/ingresses", "networking.k8s.io/networkpolicies", "persistentvolumeclaims", "pods"],
  ...["policy/poddisruptionbudgets", "replicationcontrollers", "resourcequotas", "serviceaccounts", "services"],
].map((kind) => `${aks}/${kind}/read`);
/** What most service roles include besides their own actions. */
const common = [
  "Microsoft.Authorization/*/read",
  "Microsoft.Resources/deployments/*",
  "Microsoft.Resources/subscriptions/resourceGroups/read",
];

export const roles: readonly Role[] = [
  {
    id: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    name: "Owner",
    description: "Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.",
    actions: ["*"],
  },
  {
    id: "b24988ac-6180-42a0-ab88-20f7382dd24c",
    name: "Contributor",
    description: "Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC.",
    actions: ["*"],
    notActions: [
      "Microsoft.Authorization/*/Delete",
      "Microsoft.Authorization/*/Write",
      "Microsoft.Authorization/elevateAccess/Action",
    ],
  },
  {
    id: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    name: "Reader",
    description: "View all resources, but does not allow you to make any changes.",
    actions: ["*/read"],
  },
  {
    id: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    name: "User Access Administrator",
    description: "Lets you manage user access to Azure resources.",
    actions: ["*/read", "Microsoft.Authorization/*"],
  },
  {
    id: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    name: "Role Based Access Control Administrator",
    description: "Manage access to Azure resources by assigning roles using Azure RBAC.",
    actions: [
      "Microsoft.Authorization/roleAssignments/write",
      "Microsoft.Authorization/roleAssignments/delete",
      "*/read",
    ],
  },
  {
    id: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    name: "AcrPull",
    description: "acr pull",
    actions: [`${acr}/pull/read`],
  },
  {
    id: "8311e382-0749-4cb8-b61a-304f252e45ec",
    name: "AcrPush",
    description: "acr push",
    actions: [`${acr}/pull/read`, `${acr}/push/write`],
  },
  {
    id: "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
    name: "AcrDelete",
    description: "acr delete",
    actions: [`${acr}/artifacts/delete`],
  },
  {
    id: "577a9874-89fd-4f24-9dbd-b5034d0ad23a",
    name: "Container Registry Data Importer and Data Reader",
    description:
      "Provides the ability to import images into a registry through the registry import operation. Provides the ability to list repositories, view images and tags, get manifests, and pull images.",
    actions: [`${acr}/importImage/action`, `${acr}/read`, `${acr}/pull/read`],
  },
  {
    id: "fb382eab-e894-4461-af04-94435c366c3f",
    name: "Container Registry Tasks Contributor",
    description:
      "Provides permissions to configure, read, list, trigger, or cancel Container Registry Tasks, Task Runs, Task Logs, Quick Runs, Quick Builds, and Task Agent Pools.",
    actions: [
      ...["read", "listBuildSourceUploadUrl/action", "scheduleRun/action"].map((action) => `${acr}/${action}`),
      ...["runs/read", "runs/write", "runs/listLogSasUrl/action", "runs/cancel/action"].map(
        (action) => `${acr}/${action}`,
      ),
    ],
  },
  {
    id: "b93aa761-3e63-49ed-ac28-beffa264f7ac",
    name: "Container Registry Repository Reader",
    description: "Allows for read access to Azure Container Registry repositories, but excluding catalog listing.",
    actions: [],
    dataActions: [`${acr}/repositories/metadata/read`, `${acr}/repositories/content/read`],
  },
  {
    id: "2a1e307c-b015-4ebd-883e-5b7698a07328",
    name: "Container Registry Repository Writer",
    description:
      "Allows for read and write access to Azure Container Registry repositories, but excluding catalog listing.",
    actions: [],
    dataActions: [
      `${acr}/repositories/metadata/read`,
      `${acr}/repositories/content/read`,
      `${acr}/repositories/metadata/write`,
      `${acr}/repositories/content/write`,
    ],
  },
  {
    id: "2efddaa5-3f1f-4df3-97df-af3f13818f4c",
    name: "Container Registry Repository Contributor",
    description:
      "Allows for read, write, and delete access to Azure Container Registry repositories, but excluding catalog listing.",
    actions: [],
    dataActions: [
      `${acr}/repositories/metadata/read`,
      `${acr}/repositories/content/read`,
      `${acr}/repositories/metadata/write`,
      `${acr}/repositories/content/write`,
      `${acr}/repositories/metadata/delete`,
      `${acr}/repositories/content/delete`,
    ],
  },
  {
    id: "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",
    name: "Container Registry Repository Catalog Lister",
    description: "Allows for listing all repositories in an Azure Container Registry.",
    actions: [],
    dataActions: [`${acr}/catalog/read`],
  },
  {
    id: "f1a07417-d97a-45cb-824c-7a7467783830",
    name: "Managed Identity Operator",
    description: "Read and Assign User Assigned Identity",
    actions: [
      "Microsoft.ManagedIdentity/userAssignedIdentities/read",
      "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
      // Azure lists only the second form, which there covers the first.
      "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
      "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
      ...common,
    ],
  },
  {
    id: "e40ec5ca-96e0-45a2-b4ff-59039f2c2b59",
    name: "Managed Identity Contributor",
    description: "Create, Read, Update, and Delete User Assigned Identity",
    actions: [
      "Microsoft.ManagedIdentity/userAssignedIdentities/read",
      "Microsoft.ManagedIdentity/userAssignedIdentities/write",
      "Microsoft.ManagedIdentity/userAssignedIdentities/delete",
      ...common,
    ],
  },
  {
    id: "4d97b98b-1d4f-4787-a291-c67834d212e7",
    name: "Network Contributor",
    description: "Lets you manage networks, but not access to them.",
    actions: ["Microsoft.Network/*", ...common],
  },
  {
    id: "b12aa53e-6015-4669-85d0-8515ebb3ae7f",
    name: "Private DNS Zone Contributor",
    description: "Lets you manage private DNS zone resources, but not the virtual networks they are linked to.",
    actions: ["Microsoft.Network/privateDnsZones/*", "Microsoft.Network/virtualNetworks/join/action", ...common],
  },
  {
    id: "ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8",
    name: "Azure Kubernetes Service Contributor Role",
    description: "Grants access to read and write Azure Kubernetes Service clusters",
    actions: [`${aks}/*`, ...common],
  },
  {
    id: "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8",
    name: "Azure Kubernetes Service Cluster Admin Role",
    description: "List cluster admin credential action.",
    actions: [
      `${aks}/listClusterAdminCredential/action`,
      `${aks}/accessProfiles/listCredential/action`,
      `${aks}/read`,
      `${aks}/runcommand/action`,
    ],
  },
  {
    id: "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
    name: "Azure Kubernetes Service Cluster User Role",
    description: "List cluster user credential action.",
    actions: [`${aks}/listClusterUserCredential/action`, `${aks}/read`],
  },
  {
    id: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    name: "Azure Kubernetes Service RBAC Cluster Admin",
    description: "Lets you manage all resources in the cluster.",
    actions: [...common, `${aks}/listClusterUserCredential/action`],
    dataActions: [`${aks}/*`],
  },
  {
    id: "7f6c6a51-bcf8-42ba-9220-52d62157d7db",
    name: "Azure Kubernetes Service RBAC Reader",
    description:
      "Allows read-only access to see most objects in a namespace. It does not allow viewing roles or role bindings. This role does not allow viewing Secrets.",
    actions: common,
    dataActions: clusterRead,
  },
  {
    id: "3498e952-d568-435e-9b2c-8d77e338d7f7",
    name: "Azure Kubernetes Service RBAC Admin",
    description:
      "Lets you manage all resources under cluster/namespace, except update or delete resource quotas and namespaces.",
    actions: [...common, `${aks}/listClusterUserCredential/action`],
    dataActions: [`${aks}/*`],
  },
  {
    id: "00482a5a-887f-4fb3-b363-3b7fe8e74483",
    name: "Key Vault Administrator",
    description: "Perform all data plane operations on a key vault and all objects in it.",
    actions: [...common, "Microsoft.KeyVault/*/read"],
    dataActions: [`${vault}/*`],
  },
  {
    id: "21090545-7ca7-4776-b22c-e363652d74d2",
    name: "Key Vault Reader",
    description: "Read metadata of key vaults and its certificates, keys, and secrets.",
    actions: [...common, "Microsoft.KeyVault/*/read"],
    dataActions: [`${vault}/*/read`, `${vault}/secrets/readMetadata/action`],
  },
  {
    id: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    name: "Key Vault Secrets Officer",
    description: "Perform any action on the secrets of a key vault, except manage permissions.",
    actions: [...common, "Microsoft.KeyVault/*/read"],
    dataActions: [`${vault}/secrets/*`],
  },
  {
    id: "4633458b-17de-408a-b874-0445c86b69e6",
    name: "Key Vault Secrets User",
    description: "Read secret contents.",
    actions: [],
    dataActions: [`${vault}/secrets/getSecret/action`, `${vault}/secrets/readMetadata/action`],
  },
  {
    id: "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
    name: "Key Vault Crypto Officer",
    description: "Perform any action on the keys of a key vault, except manage permissions.",
    actions: [...common, "Microsoft.KeyVault/*/read"],
    dataActions: [`${vault}/keys/*`, `${vault}/keyrotationpolicies/*`],
  },
  {
    id: "12338af0-0e69-4776-bea7-57ae8d297424",
    name: "Key Vault Crypto User",
    description: "Perform cryptographic operations using keys.",
    actions: [],
    dataActions: [
      `${vault}/keys/read`,
      ...["update", "backup", "encrypt", "decrypt", "wrap", "unwrap", "sign", "verify"].map(
        (verb) => `${vault}/keys/${verb}/action`,
      ),
    ],
  },
  {
    id: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    name: "Storage Blob Data Reader",
    description: "Allows for read access to Azure Storage blob containers and data",
    actions: [
      `${blobContainers}/read`,
      "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action",
    ],
    dataActions: [`${blobContainers}/blobs/read`],
  },
  {
    id: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    name: "Storage Blob Data Contributor",
    description: "Allows for read, write and delete access to Azure Storage blob containers and data",
    actions: [
      `${blobContainers}/delete`,
      `${blobContainers}/read`,
      `${blobContainers}/write`,
      "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action",
    ],
    dataActions: ["delete", "read", "write", "move/action", "add/action"].map(
      (verb) => `${blobContainers}/blobs/${verb}`,
    ),
  },
  {
    id: "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    name: "Storage Blob Data Owner",
    description:
      "Allows for full access to Azure Storage blob containers and data, including assigning POSIX access control.",
    actions: [`${blobContainers}/*`, "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action"],
    dataActions: [`${blobContainers}/blobs/*`],
  },
  {
    id: "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    name: "Storage Queue Data Contributor",
    description: "Allows for read, write, and delete access to Azure Storage queues and queue messages",
    actions: ["delete", "read", "write"].map((verb) => `${queues}/${verb}`),
    dataActions: ["delete", "read", "write", "process/action"].map((verb) => `${queues}/messages/${verb}`),
  },
  {
    id: "8a0f0c08-91a1-4084-bc3d-661d67233fed",
    name: "Storage Queue Data Message Processor",
    description: "Allows for peek, receive, and delete access to Azure Storage queue messages",
    actions: [],
    dataActions: [`${queues}/messages/read`, `${queues}/messages/process/action`],
  },
  {
    id: "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
    name: "Storage Queue Data Message Sender",
    description: "Allows for sending of Azure Storage queue messages",
    actions: [],
    dataActions: [`${queues}/messages/add/action`],
  },
  {
    id: "19e7f393-937e-4f77-808e-94535e297925",
    name: "Storage Queue Data Reader",
    description: "Allows for read access to Azure Storage queues and queue messages",
    actions: [`${queues}/read`],
    dataActions: [`${queues}/messages/read`],
  },
  {
    id: "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
    name: "Azure Service Bus Data Receiver",
    description: "Allows for receive access to Azure Service Bus resources.",
    actions: readServiceBus,
    dataActions: ["Microsoft.ServiceBus/*/receive/action"],
  },
  {
    id: "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
    name: "Azure Service Bus Data Sender",
    description: "Allows for send access to Azure Service Bus resources.",
    actions: readServiceBus,
    dataActions: ["Microsoft.ServiceBus/*/send/action"],
  },
  {
    id: "a638d3c7-ab3a-418d-83e6-5f17a39d4fde",
    name: "Azure Event Hubs Data Receiver",
    description: "Allows receive access to Azure Event Hubs resources.",
    actions: ["Microsoft.EventHub/*/eventhubs/consumergroups/read"],
    dataActions: ["Microsoft.EventHub/*/receive/action"],
  },
  {
    id: "2b629674-e913-4c01-ae53-ef4638d8f975",
    name: "Azure Event Hubs Data Sender",
    description: "Allows send access to Azure Event Hubs resources.",
    actions: ["Microsoft.EventHub/*/eventhubs/read"],
    dataActions: ["Microsoft.EventHub/*/send/action"],
  },
  {
    id: "516239f1-63e1-4d78-a4de-a74fb236a071",
    name: "App Configuration Data Reader",
    description: "Allows read access to App Configuration data.",
    actions: [],
    dataActions: ["Microsoft.AppConfiguration/configurationStores/*/read"],
  },
  {
    id: "e147488a-f6f5-4113-8e2d-b22465e65bf6",
    name: "Key Vault Crypto Service Encryption User",
    description: "Read metadata of keys and perform wrap/unwrap operations.",
    actions: [],
    dataActions: [`${vault}/keys/read`, `${vault}/keys/wrap/action`, `${vault}/keys/unwrap/action`],
  },
];

/** The GUID at the end of a role definition id, or of a bare one, lower case. */
export function roleGuid(roleDefinitionId: string): string {
  return (roleDefinitionId.split("/").at(-1) ?? "").toLowerCase();
}

export function findRole(roleDefinitionId: string): Role | undefined {
  const guid = roleGuid(roleDefinitionId);
  return roles.find((role) => role.id === guid);
}

export const roleDefinitionDoesNotExist = (roleDefinitionId: string): ArmError =>
  new ArmError(
    404,
    "RoleDefinitionDoesNotExist",
    `The specified role definition with ID '${roleGuid(roleDefinitionId).replaceAll("-", "")}' does not exist.`,
  );

/** Whether a role permits an action. As in Azure RBAC, `*` in a permission matches any run of characters. */
export function permits(role: Role, action: string, kind: "action" | "dataAction"): boolean {
  const granted = kind === "action" ? role.actions : (role.dataActions ?? []);
  const withheld = (kind === "action" ? role.notActions : role.notDataActions) ?? [];
  const covers = (pattern: string) => new RegExp(`^${pattern.split("*").map(escape).join(".*")}$`, "i").test(action);
  return granted.some(covers) && !withheld.some(covers);
}

function escape(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}
