/** Names and ids in Azure. Each function returns the problem with a value and what is allowed, or `undefined`. */

/** Name of an Azure container registry. */
export function registryNameProblem(value: string): string | undefined {
  if (/^[a-zA-Z0-9]{5,50}$/.test(value)) return undefined;
  const server = /^(?:https?:\/\/)?([a-z0-9]+)(?:-[a-z0-9]+)?\.azurecr\.[a-z]+\/?$/i.exec(value)?.[1];
  if (server !== undefined) return `"${value}" is a login server: use the name of the registry alone, "${server}"`;
  const id = /\/registries\/([a-zA-Z0-9]+)\/?$/.exec(value)?.[1];
  if (id !== undefined) return `"${value}" is a resource id: use the name of the registry alone, "${id}"`;
  return `"${value}" is not a registry name: use 5 to 50 letters and digits, e.g. "contosohello"`;
}

/** Name of a Key Vault: 3 to 24 letters, digits and single hyphens, from a letter to a letter or digit. */
export const vaultNameForm = "(?!.*--)[a-z][a-z0-9-]{1,22}[a-z0-9]";

/** Name of a Key Vault. */
export function vaultNameProblem(value: string): string | undefined {
  if (new RegExp(`^${vaultNameForm}$`, "i").test(value)) return undefined;
  return `"${value}" is not the name of a Key Vault: use its name alone, 3 to 24 letters, digits, and single "-", starting with a letter`;
}

/** Name of an Azure resource group. */
export function resourceGroupNameProblem(value: string): string | undefined {
  if (/^[\w().-]{1,90}$/.test(value) && !value.endsWith(".")) return undefined;
  return `"${value}" is not a resource group name: use 1 to 90 letters, digits, "_", "-", ".", "(", and ")", not ending with "."`;
}

export const isGuid = (value: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);

/** The empty GUID, which identifies nothing in Entra. */
const nobody = "00000000-0000-0000-0000-000000000000";

/**
 * Object id of a user, group or application in Entra.
 * @param shownBy the command that shows it
 */
export function objectIdProblem(
  value: string,
  shownBy = "az ad signed-in-user show --query id, or az ad group show --group NAME --query id",
): string | undefined {
  if (isGuid(value) && value !== nobody) return undefined;
  return `"${value}" is not an object id: use the GUID that this command prints: ${shownBy}`;
}

/** Id of an Azure subscription. */
export function subscriptionIdProblem(value: string): string | undefined {
  if (isGuid(value)) return undefined;
  return `"${value}" is not a subscription id: use its GUID; list them with az account list --query "[].{name:name,id:id}" -o table`;
}

/** Websites that users confuse with a registry, and registries that accept no pushes. */
const notRegistries = new Map([
  ...["hub.docker.com", "docker.com", "www.docker.com", "index.docker.io", "registry-1.docker.io"].map(
    (host) => [host, "docker.io"] as const,
  ),
  ["registry.hub.docker.com", "docker.io"],
  ["github.com", "ghcr.io"],
  ["gitlab.com", "registry.gitlab.com"],
  ["public.ecr.aws", "123456789012.dkr.ecr.eu-central-1.amazonaws.com"],
]);

/** Registries that are read-only for everyone, and one that Google has shut down. */
const readOnly = new Map([
  ["mcr.microsoft.com", "only Microsoft pushes to it"],
  ["registry.k8s.io", "only the Kubernetes project pushes to it"],
  ["k8s.gcr.io", "it is frozen, and only the Kubernetes project pushed to it"],
]);

/** Matches an Azure registry's host, and captures the registry's name. */
const azureRegistry = /^([a-z0-9]+)(?:-[a-z0-9]+)?(?:\.[a-z0-9]+\.data)?\.azurecr\.(?:io|us|cn|de)$/;
/** Hosts that other machines cannot reach by this name. A cluster on the same machine can pull from localhost. */
const ownMachine =
  /^(?:127(?:\.\d+){3}|0\.0\.0\.0|host\.docker\.internal|kubernetes\.docker\.internal|.*\.svc(?:\.cluster\.local)?)$/;

/** Host of a registry, with a port if it is not the default: the part of an image reference before the first "/". */
export function registryServerProblem(value: string): string | undefined {
  const instead = notRegistries.get(value);
  if (instead !== undefined) return `"${value}" is not a registry that accepts pushes: use e.g. "${instead}"`;
  const [host = "", port, ...rest] = value.split(":");
  const closed = readOnly.get(host);
  if (closed !== undefined)
    return `"${value}" is not a registry that accepts pushes: ${closed}; remove registryServer for a registry of the stack, or use e.g. "ghcr.io"`;
  const azure = azureRegistry.exec(host)?.[1];
  if (azure !== undefined)
    return `"${value}" is an Azure registry, which the cluster pulls from with its own identity and without a password: set existingRegistry to "${azure}", and existingRegistryGroup, instead`;
  if (ownMachine.test(host))
    return `"${value}" is a different machine, or none, for each client, so the nodes could not pull from it: use a host name that builds and nodes both reach, e.g. "registry.example.com"`;
  const labels = host.split(".");
  const isHost = host.length <= 253 && labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  const isPort = port === undefined || (/^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65535);
  // Without one of these, Docker reads the name as a repository on Docker Hub.
  const isServer = labels.length > 1 || port !== undefined || host === "localhost";
  if (isHost && isPort && isServer && rest.length === 0) return undefined;
  return `"${value}" is not a registry host: use HOST or HOST:PORT in lower case, without "https://" and without a path, e.g. "registry.example.com"`;
}

/** Registries whose repository paths start with an owner. */
const withOwners =
  /^(docker\.io|ghcr\.io|quay\.io|([a-z]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev|registry\.gitlab\.com)$/;
/** Those where a repository is directly below its owner. */
const flat = /^docker\.io$/;

/** Returns the problem with a repository in a registry outside Azure, or `undefined`. */
export function repositoryOwnerProblem(server: string, repository: string): string | undefined {
  if (flat.test(server) && repository.split("/").length > 2)
    return `"${repository}" has ${repository.split("/").length} parts, and ${server} allows two: use OWNER/${repository.split("/").at(-1)}`;
  if (!withOwners.test(server) || repository.includes("/")) return undefined;
  const where = server === "docker.io" ? "in Docker's own library/" : "without an owner";
  return `"${repository}" would be pushed to ${server} ${where}, where nobody else may push: use OWNER/${repository}`;
}
