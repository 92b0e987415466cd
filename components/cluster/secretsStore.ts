/**
 * AKS's add-on of the Secrets Store CSI driver with the provider for Azure Key Vault, which brings secrets into pods.
 * https://learn.microsoft.com/azure/aks/csi-secrets-store-driver
 */
import type { Finding } from "../invalidArguments.ts";

export interface SecretsStoreArgs {
  /**
   * How often the driver reads secrets again while a pod runs, in whole seconds, minutes or hours, or "off" to read them
   * only when a pod starts. Each read is a request to the vault for every secret of every pod.
   * @default "2m"
   * @example "10m"
   */
  rotation?: string;
}

/** The only place that defines this default, which is AKS's own interval. The stack's settings read it from here. */
export const defaultRotation = "2m";

/** Returns the problem with a rotation interval, or `undefined`. */
export const rotationProblem = (rotation: string): string | undefined =>
  rotation === "off" || /^[1-9]\d{0,5}[smh]$/.test(rotation)
    ? undefined
    : `"${rotation}" is not an interval: use a number of seconds, minutes, or hours, e.g. "30s", "10m", or "1h", or "off"`;

export const secretsStoreFindings = ({ rotation = defaultRotation }: SecretsStoreArgs = {}): Finding[] => [
  ["secretsStore.rotation", rotationProblem(rotation)],
];

interface AddOn {
  enabled: boolean;
  config: Record<string, string>;
}

/** Returns the add-on's part of `addonProfiles`; empty without arguments, so that AKS keeps what the cluster has. */
export function secretsStoreAddOn(args: SecretsStoreArgs | undefined): Record<string, AddOn> {
  if (args === undefined) return {};
  const { rotation = defaultRotation } = args;
  return {
    azureKeyvaultSecretsProvider: {
      enabled: true,
      config: {
        enableSecretRotation: String(rotation !== "off"),
        ...(rotation !== "off" && { rotationPollInterval: rotation }),
      },
    },
  };
}
