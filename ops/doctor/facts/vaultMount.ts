/**
 * Parses why the Secrets Store CSI driver does not mount secrets of a Key Vault, from the kubelet's event. The driver quotes Entra's or the
 * vault's whole answer.
 * https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/extensions/troubleshoot-key-vault-csi-secrets-store-csi-driver
 */
import { mountFailures } from "./mountFailure.ts";
import type { PodFacts } from "./podFacts.ts";

export type VaultMountKind =
  "sign-in" | "role" | "secret-missing" | "secret-disabled" | "vault-unknown" | "vault-closed";

export interface VaultMount {
  kind: VaultMountKind;
  /** Name of the secret, and its version if one was asked for. */
  secret: string;
  version?: string;
  /** Name of the vault, if the driver got as far as asking it. */
  vault?: string;
  /** Entra's error code, e.g. "AADSTS700213". */
  code?: string;
  /** The driver's message, with escapes undone. */
  words: string;
  /** The part of the message that says why, on one line. */
  said: string;
}

/** Why each kind is it: the first that matches. */
const kinds: readonly [RegExp, VaultMountKind][] = [
  [/AADSTS\d+/, "sign-in"],
  [/no such host/, "vault-unknown"],
  [
    /ForbiddenByFirewall|ForbiddenByConnection|connection refused|i\/o timeout|context deadline exceeded/,
    "vault-closed",
  ],
  [/SecretDisabled/, "secret-disabled"],
  [/SecretNotFound/, "secret-missing"],
  [/Forbidden|AccessDenied/, "role"],
];

/** @returns undefined if the pod has its volumes, or none of them fails for a reason of the vault */
export function vaultMountOf(pod: PodFacts): VaultMount | undefined {
  if (pod.containers.some(({ runningSince }) => runningSince !== undefined)) return undefined;
  for (const { words: raw } of mountFailures(pod.events)) {
    const object = /failed to get objectType:\w+, objectName:([\w-]+), objectVersion:([0-9a-f]*): ?/.exec(raw);
    const [whole = "", secret = "", version = ""] = object ?? [];
    const words = raw.replaceAll("\\r\\n", "\n").replaceAll("\\n", "\n");
    const kind = kinds.find(([form]) => form.test(words))?.[1];
    if (object === null || kind === undefined) continue;
    const vault = /https:\/\/([a-z0-9-]+)\.vault\.[a-z.]+\//i.exec(words)?.[1];
    const code = /AADSTS\d+/.exec(words)?.[0];
    const reason = words.slice(words.indexOf(whole) + whole.length);
    const text = code === undefined ? reason : reason.slice(reason.indexOf(code)).split(/ Trace ID:|"/)[0];
    return {
      ...{
        kind,
        secret,
        words,
        said: (text ?? "")
          .replace(/-{20,}|[{}"]/g, " ")
          .replace(/\s+/g, " ")
          .trim(),
      },
      ...(version !== "" && { version }),
      ...(vault !== undefined && { vault }),
      ...(code !== undefined && { code }),
    };
  }
  return undefined;
}

/** Evidence that quotes the driver. */
export const quoteDriver = ({ secret, said }: VaultMount): string =>
  `event FailedMount, secret "${secret}": ${said.slice(0, 500)}`;
