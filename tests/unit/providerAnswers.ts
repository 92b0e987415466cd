/**
 * Answers of Azure, Kubernetes and Docker for `pulumiMocks.ts`: ids and outputs in their real form.
 */
import { createHash } from "node:crypto";

export const subscription = "/subscriptions/00000000-0000-0000-0000-0000000000aa";

/** Object id of the identity that runs `pulumi up`. */
export const deployerObjectId = "00000000-0000-0000-0000-0000000000bb";

/** Entra access token of the identity that runs `pulumi up`: an application, because the token has no scopes. */
export const accessToken = unsignedToken({ aud: "https://management.azure.com", oid: deployerObjectId });

/** An unsigned JSON Web Token with these claims, for code that only reads it. */
export function unsignedToken(claims: Record<string, unknown>): string {
  const part = (content: unknown) => Buffer.from(JSON.stringify(content)).toString("base64url");
  return `${part({ alg: "none" })}.${part(claims)}.`;
}

/** Address of every Service of type LoadBalancer. */
export const loadBalancerAddress = "203.0.113.7";

/** Random suffix of automatically named Azure resources. */
export const nameSuffix = "1a2b3c4d";

/** Version of every new key. */
export const keyVersion = "0f".repeat(16);

/** Digest of every pushed image. */
export const digest = `sha256:${"ab".repeat(32)}`;

/** A GUID derived from a description, e.g. `principal hello-kubelet`. */
export function guid(what: string): string {
  const digits = createHash("sha256").update(what).digest("hex");
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join("-");
}

type Properties = Record<string, unknown>;

interface Answer {
  id: string;
  state: Properties;
}

/** Kubeconfigs that AKS returns: with a device code sign-in for Entra users, and with a certificate for the admin. */
export const kubeconfigs = {
  user: kubeconfigOf({ exec: { command: "kubelogin", args: ["get-token", "--login", "devicecode"] } }),
  admin: kubeconfigOf({ "client-certificate-data": "Q0VSVA==", "client-key-data": "S0VZ" }),
};

function kubeconfigOf(user: Properties): string {
  const [cluster, name] = ["hello", "clusterUser"];
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: cluster, cluster: { server: "https://hello.example:443", "certificate-authority-data": "Q0E=" } },
    ],
    contexts: [{ name: cluster, context: { cluster, user: name } }],
    "current-context": cluster,
    users: [{ name, user }],
  });
}

/** Answers a call of a provider function. @throws Error for a function that tarmac must not call */
export function answerCall(token: string, inputs: Properties = {}): Properties {
  const credential = (kubeconfig: string) => ({
    kubeconfigs: [{ name: "clusterUser", value: Buffer.from(kubeconfig).toString("base64") }],
  });
  switch (token) {
    case "azure-native:authorization:getClientToken":
      return { token: accessToken };
    case "azure-native:authorization:getClientConfig":
      return {
        clientId: guid("client deployer"),
        objectId: deployerObjectId,
        subscriptionId: subscription.replace("/subscriptions/", ""),
        tenantId: guid("tenant"),
      };
    case "azure-native:containerregistry:getRegistry":
      return { name: text(inputs.registryName), loginServer: loginServerOf(text(inputs.registryName)) };
    case "azure-native:resources:getResource":
      return existingRegistry(inputs);
    case "azure-native:containerservice:getManagedCluster":
      return { name: text(inputs.resourceName), ...shownOfCluster };
    case "azure-native:managedidentity:getUserAssignedIdentity":
      return idsOfIdentity(text(inputs.resourceName).replace(nameSuffix, ""));
    case "azure-native:containerservice:listManagedClusterUserCredentials":
      return credential(kubeconfigs.user);
    case "azure-native:containerservice:listManagedClusterAdminCredentials":
      return credential(kubeconfigs.admin);
    default:
      throw new Error(`unexpected call of ${token}`);
  }
}

/** The properties that Azure shows for every cluster whose identities AKS creates. */
export const shownOfCluster = {
  identityProfile: { kubeletidentity: { objectId: guid("kubelet of AKS") } },
  oidcIssuerProfile: { issuerURL: "https://swedencentral.oic.prod-aks.azure.com/tenant/cluster/" },
};

const loginServerOf = (registryName: string) => `${registryName.toLowerCase()}.azurecr.io`;

/** Existing registries; the name determines the role mode. */
function existingRegistry(inputs: Properties): Properties {
  const name = text(inputs.resourceName);
  const group = text(inputs.resourceGroupName);
  return {
    id: `${subscription}/resourceGroups/${group}/providers/Microsoft.ContainerRegistry/registries/${name}`,
    name,
    properties: {
      loginServer: loginServerOf(name),
      roleAssignmentMode: name.includes("abac") ? "AbacRepositoryPermissions" : "LegacyRegistryPermissions",
    },
  };
}

/** @param name logical name of the identity in the program */
const idsOfIdentity = (name: string) => ({
  ...{ principalId: guid(`principal ${name}`), clientId: guid(`client ${name}`), tenantId: guid("tenant") },
});

/** A part of an id: the input if it is a string, or an empty string if it is unknown in a preview. */
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Answers the creation of a resource. @throws Error for a type that tarmac does not use */
export function answerResource(type: string, name: string, inputs: Properties): Answer {
  if (type.startsWith("azure-native:")) return answerAzure(type, name, inputs);
  if (type.startsWith("kubernetes:")) return answerKubernetes(type, name, inputs);
  if (["azure-native", "docker", "kubernetes"].some((provider) => type === `pulumi:providers:${provider}`))
    return { id: guid(`provider ${name}`), state: inputs };
  if (type === "docker:index/image:Image") {
    const imageName = text(inputs.imageName);
    return {
      id: imageName,
      state: { ...inputs, baseImageName: imageName, repoDigest: `${imageName.replace(/:[^:/]*$/, "")}@${digest}` },
    };
  }
  throw new Error(`no test expects a resource of type ${type}`);
}

function answerAzure(type: string, logicalName: string, inputs: Properties): Answer {
  const inGroup = (provider: string, name: string) =>
    `${subscription}/resourceGroups/${text(inputs.resourceGroupName)}/providers/${provider}/${name}`;
  const nameFrom = (key: string) => (inputs[key] === undefined ? `${logicalName}${nameSuffix}` : text(inputs[key]));
  switch (type) {
    case "azure-native:resources:ResourceGroup": {
      const name = nameFrom("resourceGroupName");
      return { id: `${subscription}/resourceGroups/${name}`, state: { ...inputs, name } };
    }
    case "azure-native:resources:Deployment": {
      const name = nameFrom("deploymentName");
      // Azure does not show the template of a deployment.
      return {
        id: inGroup("Microsoft.Resources/deployments", name),
        state: { ...inputs, name, properties: { mode: "Incremental" } },
      };
    }
    case "azure-native:managedidentity:UserAssignedIdentity": {
      const name = nameFrom("resourceName");
      return {
        id: inGroup("Microsoft.ManagedIdentity/userAssignedIdentities", name),
        state: {
          ...inputs,
          name,
          ...idsOfIdentity(logicalName),
        },
      };
    }
    case "azure-native:containerregistry/v20251101:Registry": {
      const name = nameFrom("registryName");
      return {
        id: inGroup("Microsoft.ContainerRegistry/registries", name),
        state: { ...inputs, name, loginServer: loginServerOf(name) },
      };
    }
    case "azure-native:resources:Resource": {
      const name = nameFrom("resourceName");
      const type = `${text(inputs.resourceProviderNamespace)}/${text(inputs.resourceType)}`;
      const properties = { ...shownOfCluster, ...(inputs.properties as Properties) };
      return { id: inGroup(type, name), state: { ...inputs, name, properties } };
    }
    case "azure-native:containerregistry:Replication": {
      const name = text(inputs.replicationName);
      const registry = inGroup("Microsoft.ContainerRegistry/registries", text(inputs.registryName));
      return { id: `${registry}/replications/${name}`, state: { ...inputs, name } };
    }
    case "azure-native:authorization:RoleAssignment":
      return {
        id: `${text(inputs.scope)}/providers/Microsoft.Authorization/roleAssignments/${text(inputs.roleAssignmentName)}`,
        state: { ...inputs, name: inputs.roleAssignmentName },
      };
    case "azure-native:authorization:RoleDefinition":
      return {
        id: `${text(inputs.scope)}/providers/Microsoft.Authorization/roleDefinitions/${text(inputs.roleDefinitionId)}`,
        state: { ...inputs, name: inputs.roleDefinitionId },
      };
    case "azure-native:containerservice:ManagedCluster": {
      const name = nameFrom("resourceName");
      return {
        id: inGroup("Microsoft.ContainerService/managedClusters", name),
        state: {
          ...inputs,
          name,
          fqdn: `${name}.hcp.westeurope.azmk8s.io`,
          oidcIssuerProfile: { ...(inputs.oidcIssuerProfile as Properties), ...shownOfCluster.oidcIssuerProfile },
        },
      };
    }
    case "azure-native:containerservice:AgentPool": {
      const [cluster, name] = [text(inputs.resourceName), text(inputs.agentPoolName)];
      return {
        id: `${inGroup("Microsoft.ContainerService/managedClusters", cluster)}/agentPools/${name}`,
        state: { ...inputs, name },
      };
    }
    case "azure-native:containerservice:MaintenanceConfiguration": {
      const [cluster, name] = [text(inputs.resourceName), text(inputs.configName)];
      const type = "Microsoft.ContainerService/managedClusters";
      return {
        id: `${inGroup(type, cluster)}/maintenanceConfigurations/${name}`,
        state: { ...inputs, name, type: `${type}/maintenanceConfigurations` },
      };
    }
    case "azure-native:managedidentity:FederatedIdentityCredential": {
      const type = "Microsoft.ManagedIdentity/userAssignedIdentities";
      const name = text(inputs.federatedIdentityCredentialResourceName);
      return {
        id: `${inGroup(type, text(inputs.resourceName))}/federatedIdentityCredentials/${name}`,
        state: { ...inputs, name, type: `${type}/federatedIdentityCredentials` },
      };
    }
    case "azure-native:authorization:ManagementLockByScope": {
      const [name, type] = [text(inputs.lockName), "Microsoft.Authorization/locks"];
      return { id: `${text(inputs.scope)}/providers/${type}/${name}`, state: { ...inputs, name, type } };
    }
    case "azure-native:storage:StorageAccount": {
      const [name, type] = [nameFrom("accountName"), "Microsoft.Storage/storageAccounts"];
      return { id: inGroup(type, name), state: { ...inputs, name, type } };
    }
    case "azure-native:storage:BlobServiceProperties": {
      const account = inGroup("Microsoft.Storage/storageAccounts", text(inputs.accountName));
      return { id: `${account}/blobServices/default`, state: { ...inputs, name: "default" } };
    }
    case "azure-native:storage:ManagementPolicy": {
      const account = inGroup("Microsoft.Storage/storageAccounts", text(inputs.accountName));
      return { id: `${account}/managementPolicies/default`, state: { ...inputs, name: "default" } };
    }
    case "azure-native:storage:BlobContainer": {
      const account = inGroup("Microsoft.Storage/storageAccounts", text(inputs.accountName));
      const name = text(inputs.containerName);
      return { id: `${account}/blobServices/default/containers/${name}`, state: { ...inputs, name } };
    }
    case "azure-native:keyvault:Vault": {
      const [name, type] = [nameFrom("vaultName"), "Microsoft.KeyVault/vaults"];
      return { id: inGroup(type, name), state: { ...inputs, name, type } };
    }
    case "azure-native:keyvault:Key": {
      const [vault, name] = [text(inputs.vaultName), text(inputs.keyName)];
      const keyUri = `https://${vault}.vault.azure.net/keys/${name}`;
      return {
        id: `${inGroup("Microsoft.KeyVault/vaults", vault)}/keys/${name}`,
        state: { tags: inputs.tags, name, keyUri, keyUriWithVersion: `${keyUri}/${keyVersion}` },
      };
    }
    case "azure-native:monitor:AzureMonitorWorkspace": {
      const [name, type] = [nameFrom("azureMonitorWorkspaceName"), "Microsoft.Monitor/accounts"];
      return { id: inGroup(type, name), state: { ...inputs, name, type } };
    }
    case "azure-native:monitor:DataCollectionEndpoint": {
      const [name, type] = [nameFrom("dataCollectionEndpointName"), "Microsoft.Insights/dataCollectionEndpoints"];
      return { id: inGroup(type, name), state: { ...inputs, name, type } };
    }
    case "azure-native:monitor:DataCollectionRule": {
      const [name, type] = [nameFrom("dataCollectionRuleName"), "Microsoft.Insights/dataCollectionRules"];
      return { id: inGroup(type, name), state: { ...inputs, name, type } };
    }
    case "azure-native:monitor:DataCollectionRuleAssociation": {
      const [name, type] = [text(inputs.associationName), "Microsoft.Insights/dataCollectionRuleAssociations"];
      return { id: `${text(inputs.resourceUri)}/providers/${type}/${name}`, state: { ...inputs, name, type } };
    }
    case "azure-native:monitor:DiagnosticSetting": {
      const type = "Microsoft.Insights/diagnosticSettings";
      return { id: `${text(inputs.resourceUri)}/providers/${type}/${text(inputs.name)}`, state: { ...inputs, type } };
    }
    case "azure-native:monitor:ActionGroup": {
      const [name, type] = [nameFrom("actionGroupName"), "Microsoft.Insights/actionGroups"];
      return { id: inGroup(type, name), state: { ...inputs, name, type } };
    }
    case "azure-native:alertsmanagement:PrometheusRuleGroup": {
      const [name, type] = [nameFrom("ruleGroupName"), "Microsoft.AlertsManagement/prometheusRuleGroups"];
      return { id: inGroup(type, name), state: { ...inputs, name, type } };
    }
    case "azure-native:network:VirtualNetwork": {
      const name = nameFrom("virtualNetworkName");
      const type = "Microsoft.Network/virtualNetworks";
      return { id: inGroup(type, name), state: { ...inputs, name, type } };
    }
    case "azure-native:network:Subnet": {
      const [network, name] = [text(inputs.virtualNetworkName), text(inputs.subnetName)];
      return {
        id: `${inGroup("Microsoft.Network/virtualNetworks", network)}/subnets/${name}`,
        state: { ...inputs, name },
      };
    }
    case "azure-native:network:NetworkSecurityGroup": {
      const [name, type] = [nameFrom("networkSecurityGroupName"), "Microsoft.Network/networkSecurityGroups"];
      return { id: inGroup(type, name), state: { ...inputs, name, type } };
    }
    case "azure-native:network:PublicIPAddress": {
      const [name, type] = [nameFrom("publicIpAddressName"), "Microsoft.Network/publicIPAddresses"];
      return { id: inGroup(type, name), state: { ...inputs, name, type, ipAddress: "198.51.100.7" } };
    }
    case "azure-native:network:NatGateway": {
      const [name, type] = [nameFrom("natGatewayName"), "Microsoft.Network/natGateways"];
      return { id: inGroup(type, name), state: { ...inputs, name, type } };
    }
    case "azure-native:network:PrivateEndpoint": {
      const name = nameFrom("privateEndpointName");
      const type = "Microsoft.Network/privateEndpoints";
      return { id: inGroup(type, name), state: { ...inputs, name, type } };
    }
    case "azure-native:network:PrivateDnsZoneGroup": {
      const [endpoint, name] = [text(inputs.privateEndpointName), text(inputs.privateDnsZoneGroupName)];
      return {
        id: `${inGroup("Microsoft.Network/privateEndpoints", endpoint)}/privateDnsZoneGroups/${name}`,
        state: { ...inputs, name },
      };
    }
    case "azure-native:privatedns:PrivateZone": {
      const name = text(inputs.privateZoneName);
      const type = "Microsoft.Network/privateDnsZones";
      return { id: inGroup(type, name), state: { ...inputs, name, type } };
    }
    case "azure-native:privatedns:VirtualNetworkLink": {
      const [zone, name] = [text(inputs.privateZoneName), text(inputs.virtualNetworkLinkName)];
      const type = "Microsoft.Network/privateDnsZones";
      return {
        id: `${inGroup(type, zone)}/virtualNetworkLinks/${name}`,
        state: { ...inputs, name, type: `${type}/virtualNetworkLinks` },
      };
    }
    default:
      throw new Error(`no test expects a resource of type ${type}`);
  }
}

function answerKubernetes(type: string, name: string, inputs: Properties): Answer {
  const given = (inputs.metadata ?? {}) as Properties;
  const metadata = { ...given, name: given.name ?? name, uid: guid(`${type} ${name}`) };
  const id = given.namespace === undefined ? text(metadata.name) : `${text(given.namespace)}/${text(metadata.name)}`;
  const spec = (inputs.spec ?? {}) as Properties;
  const status =
    spec.type === "LoadBalancer" ? { loadBalancer: { ingress: [{ ip: loadBalancerAddress }] } } : { loadBalancer: {} };
  return { id, state: { ...inputs, metadata, ...(type === "kubernetes:core/v1:Service" ? { status } : {}) } };
}
