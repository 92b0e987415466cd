/**
 * Checks whether each name that must be unique across Azure is free. A deleted vault keeps its name until it is purged.
 */
import { ok, type Outcome, type PreflightCheck, problem, type Questions } from "../preflightCheck.ts";
import type { PlannedName } from "../plannedStack.ts";

const services = {
  registry: {
    namespace: "Microsoft.ContainerRegistry",
    type: "Microsoft.ContainerRegistry/registries",
    version: "2023-07-01",
  },
  storage: { namespace: "Microsoft.Storage", type: "Microsoft.Storage/storageAccounts", version: "2023-05-01" },
  vault: { namespace: "Microsoft.KeyVault", type: "Microsoft.KeyVault/vaults", version: "2023-07-01" },
} as const;

export const names: PreflightCheck = {
  name: "names",
  about:
    "Names of registries, storage accounts and vaults are free in all of Azure, and no deleted vault still has one; the stack's own count as free.",
  applies: ({ names: wanted }) => wanted.length > 0,
  run: ({ names: wanted }, questions) => Promise.all(wanted.map((name) => outcomeOf(name, questions))),
};

interface Availability {
  nameAvailable: boolean;
  message?: string;
}

async function outcomeOf(
  { kind, name, setting }: PlannedName,
  { azure, subscription, existing }: Questions,
): Promise<Outcome> {
  const { namespace, type, version } = services[kind];
  const [{ ids }, availability] = await Promise.all([
    existing(),
    azure.ask<Availability>(`${subscription}/providers/${namespace}/checkNameAvailability`, version, { name, type }),
  ]);
  if (availability.nameAvailable) return ok(`${kind} name "${name}" is free`);
  const own = `/providers/${type}/${name}`.toLowerCase();
  if (ids.some((id) => id.toLowerCase().endsWith(own))) return ok(`${kind} "${name}" is this stack's own`);
  const purge = kind === "vault" ? await purgeOf(name, { azure, subscription }) : undefined;
  return problem(
    `${kind} name "${name}" is not free: ${availability.message ?? "somebody has it"}`,
    purge ?? `use another name: ${setting}`,
  );
}

interface DeletedVault {
  name: string;
  properties: { location: string; purgeProtectionEnabled?: boolean; scheduledPurgeDate?: string };
}

/** The command that frees the name of a deleted vault in this subscription. */
async function purgeOf(name: string, { azure, subscription }: Pick<Questions, "azure" | "subscription">) {
  const deleted = await azure.list<DeletedVault>(
    `${subscription}/providers/Microsoft.KeyVault/deletedVaults`,
    services.vault.version,
  );
  const found = deleted.find((vault) => vault.name.toLowerCase() === name.toLowerCase());
  if (found === undefined) return undefined;
  const { location, purgeProtectionEnabled, scheduledPurgeDate = "the end of its retention" } = found.properties;
  return purgeProtectionEnabled === true
    ? `az keyvault recover --name ${name} --location ${location} (purge protection keeps the name until ${scheduledPurgeDate})`
    : `az keyvault purge --name ${name} --location ${location}, or recover it: az keyvault recover --name ${name} --location ${location}`;
}
