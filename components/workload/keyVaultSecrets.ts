/**
 * Secrets of a Key Vault in the pods, through AKS's add-on of the Secrets Store CSI driver. The driver runs on the node.
 * It signs in as the workload's identity with the token of the pod's ServiceAccount, reads the secrets before the first
 * container starts, and writes them to a volume in memory. So pods need no way to the vault, and neither the program nor
 * its state contains a secret.
 *
 * Files exist in that volume only. A variable needs a Secret in the cluster, which the driver creates from the same
 * volume.
 * https://learn.microsoft.com/azure/aks/csi-secrets-store-driver
 */
import { createHash } from "node:crypto";
import { basename, dirname } from "node:path/posix";
import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/index.js";
import type { input } from "@pulumi/kubernetes/types/index.js";
import { containerPathProblem, emptyFolderProblem, isInside, withoutLinks } from "@tarmac/validate/containerPath";
import { alsoSetProblem, eachProblem, textValueProblem } from "@tarmac/validate/valueCheck";
import { stringify } from "yaml";
import { shortened } from "../azure/derivedNames.ts";
import { processVariableProblem } from "./processVariables.ts";

/** Secrets of a Key Vault for the pods. The workload needs an `identity` with the role Key Vault Secrets User on them. */
export interface KeyVaultSecretsArgs {
  /** Name of the vault. @example "shop" */
  vaultName: pulumi.Input<string>;
  /** Id of the Entra tenant of the vault and the identity: `tenantId` of `AppIdentity`. */
  tenantId: pulumi.Input<string>;
  /**
   * Secrets of the vault, each by the variable or the file that the process reads it from. A key that starts with "/" is
   * a file; all files are in one folder. A value is the name of a secret, for its newest version, or `NAME/VERSION`.
   * @example { DATABASE_PASSWORD: "database-password", "/mnt/secrets-store/signing.key": "signing-key" }
   */
  secrets: Record<string, string>;
}

/** The driver, and the API group of its objects. */
const driver = "secrets-store.csi.k8s.io";
const apiVersion = "secrets-store.csi.x-k8s.io/v1";
const volumeName = "key-vault";

/** Where the volume is if no file says otherwise: the folder of Azure's examples. */
const defaultFolder = "/mnt/secrets-store";

/** Name, and optionally version, of a secret: https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates */
const reference = /^[0-9a-zA-Z-]{1,127}(\/[0-9a-f]{32})?$/;

const isFile = (key: string) => key.startsWith("/");
/** The name of the secret's file in the volume. */
const fileOf = (key: string) => (isFile(key) ? basename(key) : key);

/** Returns the names of the secrets, without versions, each once. */
export const secretNames = (secrets: Readonly<Record<string, string>>): string[] => [
  ...new Set(Object.values(secrets).map((value) => value.replace(/\/.*/, ""))),
];

/** Returns the problems of secrets by variable or file, as the user wrote them. */
export function keyVaultSecretProblems(secrets: Readonly<Record<string, unknown>>): string[] {
  const keys = Object.keys(secrets);
  const each = eachProblem(Object.entries(secrets), ([key, value]) => {
    const problem = isFile(key) ? fileProblem(key) : processVariableProblem(key, undefined);
    if (problem !== undefined) return problem;
    if (typeof value !== "string") return textValueProblem(`"${key}"`, value);
    return reference.test(value)
      ? undefined
      : `"${value}" (${key}) is not a secret of a Key Vault: use its name (letters, digits, and "-"), or NAME/VERSION with the 32 digits of a version`;
  });
  if (each.length > 0) return each;
  const folders = [...new Set(keys.filter(isFile).map(dirname))];
  if (folders.length > 1)
    return [
      `the files are in ${folders.map((folder) => `"${folder}"`).join(" and ")}, and the secrets are one volume: use one folder for all, e.g. "${defaultFolder}"`,
    ];
  const taken = keys.find((key) => isFile(key) && keys.includes(basename(key)));
  return taken === undefined
    ? []
    : [
        `"${taken}" has the name of the variable ${basename(taken)}, whose secret is a file of the same folder: rename the file`,
      ];
}

function fileProblem(path: string): string | undefined {
  const folder = dirname(path);
  const problem = containerPathProblem(path);
  if (problem !== undefined) return problem;
  return folder === "/" || folder === "/tmp" || emptyFolderProblem(folder) !== undefined
    ? `"${path}" is in "${folder}", and the volume of the secrets hides everything else there: use a folder of its own, e.g. "${defaultFolder}/${basename(path)}"`
    : undefined;
}

/** Variables and paths that other arguments define, by argument. */
export interface OtherSources {
  variables: Readonly<Record<string, object>>;
  /** Paths of folders and files. */
  paths: Readonly<Record<string, object>>;
}

/** Returns the problems of the secrets in combination with other variables and paths. */
export function keyVaultBesideProblems(secrets: Readonly<Record<string, string>>, others: OtherSources): string[] {
  const keys = Object.keys(secrets);
  if (keys.length === 0) return [];
  const folder = withoutLinks(folderOf(secrets));
  return [
    ...keys.flatMap((key) => {
      const other = Object.entries(others.variables).find(([, values]) => Object.hasOwn(values, key));
      return other === undefined ? [] : [alsoSetProblem(key, other[0])];
    }),
    ...Object.entries(others.paths).flatMap(([source, values]) =>
      Object.keys(values).flatMap((path) =>
        isInside(withoutLinks(path), folder)
          ? [`"${path}" (${source}) is in "${folder}", which the volume of the secrets fills: move one of the two`]
          : [],
      ),
    ),
  ];
}

const folderOf = (secrets: Readonly<Record<string, string>>): string => {
  const file = Object.keys(secrets).find(isFile);
  return file === undefined ? defaultFolder : dirname(file);
};

/** What the pods refer to. */
export interface KeyVaultSources {
  /** Name of the SecretProviderClass. */
  className: pulumi.Input<string>;
  /** Name of the Secret that the driver creates for variables. */
  secretName: pulumi.Input<string>;
}

/**
 * Creates the SecretProviderClass, which tells the driver what to read as whom. Its name, and that of the Secret, change
 * with the vault and the list of secrets. So such a change rolls the pods, and the old ones keep what they have.
 *
 * @param clientId of the identity to sign in as
 */
export function secretProviderClass(
  name: string,
  { vaultName, tenantId, secrets }: KeyVaultSecretsArgs,
  clientId: pulumi.Input<string>,
  metadata: input.meta.v1.ObjectMeta,
  options: pulumi.CustomResourceOptions,
): KeyVaultSources {
  const unique = pulumi.output(vaultName).apply((vault) => {
    const digits = createHash("sha256")
      .update(JSON.stringify([vault, secrets]))
      .digest("hex")
      .slice(0, 8);
    return `${shortened(name, 200)}-key-vault-${digits}`;
  });
  const variables = Object.keys(secrets).filter((key) => !isFile(key));
  const created = new CustomResource(
    `${name}-key-vault`,
    {
      apiVersion,
      kind: "SecretProviderClass",
      metadata: { ...metadata, name: unique },
      spec: {
        provider: "azure",
        parameters: {
          clientID: clientId,
          keyvaultName: vaultName,
          tenantId,
          usePodIdentity: "false",
          useVMManagedIdentity: "false",
          objects: objectList(secrets),
        },
        ...(variables.length > 0 && {
          secretObjects: [
            {
              secretName: unique,
              type: "Opaque",
              labels: metadata.labels ?? {},
              data: variables.map((key) => ({ objectName: key, key })),
            },
          ],
        }),
      },
    },
    options,
  );
  return { className: created.metadata.name, secretName: unique };
}

/** Returns the driver's list of objects: a YAML document whose entries are YAML documents. */
const objectList = (secrets: Readonly<Record<string, string>>): string =>
  stringify({
    array: Object.entries(secrets).map(([key, value]) => {
      const [objectName, objectVersion] = value.split("/");
      return stringify({
        ...{ objectName, objectType: "secret", objectAlias: fileOf(key) },
        ...(objectVersion !== undefined && { objectVersion }),
      });
    }),
  });

/** Returns the container's variables from the Secret that the driver creates. */
export const keyVaultVariables = (
  secrets: Readonly<Record<string, string>>,
  { secretName }: KeyVaultSources,
): input.core.v1.EnvVar[] =>
  Object.keys(secrets)
    .filter((key) => !isFile(key))
    .map((key) => ({ name: key, valueFrom: { secretKeyRef: { name: secretName, key } } }));

/**
 * Returns the volume and its mount. The whole folder is mounted, because the kubelet does not update a file that is
 * mounted alone. It is mounted for variables too: the driver runs only for volumes that a container mounts.
 */
export const keyVaultVolume = (
  secrets: Readonly<Record<string, string>>,
  { className }: KeyVaultSources,
): { volume: input.core.v1.Volume; mount: input.core.v1.VolumeMount } => ({
  volume: { name: volumeName, csi: { driver, readOnly: true, volumeAttributes: { secretProviderClass: className } } },
  mount: { name: volumeName, mountPath: folderOf(secrets), readOnly: true },
});
