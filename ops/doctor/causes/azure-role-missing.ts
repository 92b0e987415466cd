import type { ContainerFacts, PodFacts } from "../facts/podFacts.ts";
import { quoteDriver, vaultMountOf } from "../facts/vaultMount.ts";
import { configure, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

interface Refusal {
  /** Undefined if the driver for secrets was refused, before any container started. */
  container?: ContainerFacts;
  /** Undefined if Azure does not name it. */
  action?: string;
  /** The role, if it is known without the action. */
  role?: string;
  /** Resource id, or a command that prints it. */
  scope: string;
  /** e.g. "vaults v". */
  on?: string;
  objectId?: string;
  lines: string[];
}

/**
 * The built-in role for an action, least privilege first:
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
const roles: readonly [RegExp, string][] = [
  [/^Microsoft\.KeyVault\/vaults\/secrets\/(?:getSecret|readMetadata)/i, "Key Vault Secrets User"],
  [/^Microsoft\.KeyVault\/vaults\/secrets\//i, "Key Vault Secrets Officer"],
  [/^Microsoft\.KeyVault\/vaults\/keys\//i, "Key Vault Crypto User"],
  [/^Microsoft\.KeyVault\/vaults\/certificates\//i, "Key Vault Certificate User"],
  [/^Microsoft\.Storage\/.*blobs?\/read/i, "Storage Blob Data Reader"],
  [/^Microsoft\.Storage\/.*blobs?\//i, "Storage Blob Data Contributor"],
  [/^Microsoft\.ServiceBus\/.*send/i, "Azure Service Bus Data Sender"],
  [/^Microsoft\.ServiceBus\/.*(?:receive|listen)/i, "Azure Service Bus Data Receiver"],
  [/\/read$/i, "Reader"],
];

export const azureRoleMissing = podCause({
  code: "azure-role-missing",
  stage: "run",
  recovery: "possible",
  over: [
    ...["application-error", "dependency-unreachable", "not-ready-by-itself", "exits-by-itself"],
    "volume-not-mounted",
  ],
  proof: (pod) => refusalIn(pod) ?? refusedMount(pod),
  claim: ({ observation: { target } }, { container, action, role: known, scope, on, objectId, lines }) => {
    const role = known ?? roles.find(([form]) => form.test(action ?? ""))?.[1];
    // A driver's secret is one of a few, and a program may read others: the vault.
    const of =
      container === undefined ? scope : scope.replace(/(\/vaults\/[^/]+)\/(?:secrets|keys|certificates)\/.*$/i, "$1");
    return {
      title: `The pod's identity has no role ${action === undefined ? "for the data" : `with "${action}"`} on ${on ?? of.split("/").slice(-2).join(" ")}`,
      ...(container !== undefined && { container: container.name }),
      evidence: lines,
      mend: [
        ...(container === undefined && target.stack !== undefined
          ? [
              run(
                "Let the stack grant it, if the deployer may assign roles:",
                configure(target.stack, { key: "assignKeyVaultRole", value: "true" }),
              ),
            ]
          : []),
        run(
          role === undefined ? "Grant a role that has this action:" : `Grant ${role}:`,
          `az role assignment create --role ${role === undefined ? "NAME" : `"${role}"`} --assignee-object-id ${objectId ?? "VALUE"} --assignee-principal-type ServicePrincipal --scope ${of}`,
        ),
        { say: "Then wait up to 10 minutes. The pods are let in once the grant has propagated." },
      ],
    };
  },
});

/** The refusal of the driver that mounts secrets of a Key Vault. */
function refusedMount(pod: PodFacts): Refusal | undefined {
  const mount = vaultMountOf(pod);
  if (mount?.kind !== "role") return undefined;
  const said = callerIn(mount.words);
  return said && { ...said.refusal, lines: [quoteDriver(mount)] };
}

/** Key Vault's format. */
function callerIn(text: string): { refusal: Omit<Refusal, "lines">; said: string } | undefined {
  const found =
    /Caller: [^\n]*oid=([0-9a-f-]{36})[^\n]*(?:\n|\\n)\s*Action: '([^']+)'(?:\n|\\n)\s*Resource: '([^']+)'/.exec(text);
  const [said = "", objectId = "", action = "", scope = ""] = found ?? [];
  return found === null ? undefined : { refusal: { objectId, action, scope }, said };
}

/** Both formats that Azure uses: the Resource Manager's, and Key Vault's over several lines. */
function refusalIn({ containers }: PodFacts): Refusal | undefined {
  for (const container of containers) {
    const raw = container.log.lines.map((line) => line.raw);
    const text = raw.join("\n");
    const arm =
      /object id '([0-9a-f-]{36})' does not have authorization to perform action '([^']+)' over scope '([^']+)'/.exec(
        text,
      );
    if (arm !== null) {
      const [said = "", objectId = "", action = "", scope = ""] = arm;
      return { container, objectId, action, scope, lines: [`log of container "${container.name}": ${said}`] };
    }
    const vault = callerIn(text);
    if (vault !== undefined) {
      return {
        container,
        ...vault.refusal,
        lines: vault.said.split(/\n|\\n/).map((line) => `log of container "${container.name}": ${line.trim()}`),
      };
    }
    const storage = storageRefusalIn(container, raw);
    if (storage !== undefined) return storage;
  }
  return undefined;
}

/** https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes: it names neither action nor scope. */
function storageRefusalIn(container: ContainerFacts, raw: readonly string[]): Refusal | undefined {
  const line = raw.findLast((one) => one.includes("AuthorizationPermissionMismatch"));
  if (line === undefined) return undefined;
  const [, account, service = ""] =
    /\b([a-z0-9]{3,24})\.(blob|queue|table|file)\.core\.windows\.net/.exec(raw.join("\n")) ?? [];
  const role = {
    blob: "Storage Blob Data Contributor",
    queue: "Storage Queue Data Contributor",
    table: "Storage Table Data Contributor",
    file: "Storage File Data Privileged Contributor",
  }[service];
  return {
    container,
    ...(role === undefined ? {} : { role }),
    on: account === undefined ? "the storage account" : `the storage account "${account}"`,
    scope: `$(az storage account show --name ${account ?? "NAME"} --query id --output tsv)`,
    lines: [`log of container "${container.name}": ${line.trim().slice(0, 300)}`],
  };
}
