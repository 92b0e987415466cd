/**
 * Azure's own host names, and the simulated service behind each. Storage accounts and vaults have their own names, and programs such as
 * Pulumi's state backend and its secrets provider accept no other address for them. `namesProxy.ts` routes these names here.
 */
import type { Cloud } from "./cloud.ts";
import type { Resource } from "./inventory.ts";

export const accountType = "Microsoft.Storage/storageAccounts";
export const vaultType = "Microsoft.KeyVault/vaults";

/** Entra's authority and the Resource Manager, as the public cloud names them. */
export const publicHosts = ["login.microsoftonline.com", "management.azure.com"] as const;
export const blobSuffix = ".blob.core.windows.net";
export const vaultSuffix = ".vault.azure.net";

/** The names that the certificate of the simulated Azure must cover, besides its own address. */
export const certificateNames = [...publicHosts, `*${blobSuffix}`, `*${vaultSuffix}`];

/** The service behind a host name: of a storage account or vault of that name, which need not exist. */
export type NamedService = { kind: "blob" | "vault"; name: string } | { kind: "azure" };

/** @returns undefined for a name that is not Azure's */
export function serviceNamed(host: string): NamedService | undefined {
  const name = host.toLowerCase().replace(/:443$/, "");
  if (publicHosts.some((known) => known === name)) return { kind: "azure" };
  for (const [kind, suffix] of [["blob", blobSuffix] as const, ["vault", vaultSuffix] as const]) {
    const own = name.endsWith(suffix) ? name.slice(0, -suffix.length) : "";
    if (/^[a-z0-9-]+$/.test(own)) return { kind, name: own };
  }
  return undefined;
}

/** The storage account or vault that has this name. */
export function resourceNamed(cloud: Cloud, kind: "blob" | "vault", name: string): Resource | undefined {
  const type = kind === "blob" ? accountType : vaultType;
  return cloud.inventory.ofType(type).find(({ resource }) => resource.name.toLowerCase() === name)?.resource;
}
