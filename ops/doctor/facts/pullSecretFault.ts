/** What is wrong with the pull secret meant for a refused pull. */
import { plainRegistryHost } from "@tarmac/validate/imageReference";
import type { PullSecretLook } from "../observation.ts";
import type { PodFacts } from "./podFacts.ts";
import { pullFailureOf, type PullFailure } from "./pullFailure.ts";

export type SecretFaultKind = "missing" | "other-namespace" | "malformed" | "other-host" | "wrong-password";

export interface PullSecretFault {
  kind: SecretFaultKind;
  failure: PullFailure;
  name: string;
  host: string;
  look: PullSecretLook;
}

export const sameHost = (left: string, right: string): boolean => plainRegistryHost(left) === plainRegistryHost(right);

export function pullSecretFault(pod: PodFacts): PullSecretFault | undefined {
  const failure = pullFailureOf(pod);
  if (failure === undefined || !["unauthorized", "secret-unreadable"].includes(failure.answer)) return undefined;
  const host = failure.reference?.host ?? "";
  const looks = (pod.pod.spec?.imagePullSecrets ?? []).flatMap(({ name = "" }) => {
    const look = pod.observation.pullSecrets[name];
    return look === undefined ? [] : [{ name, look }];
  });
  // If the registry accepts the credentials, the cause is a missing permission for this repository, not the Secret.
  if (looks.some(({ look }) => look.signIn === "accepted")) return undefined;
  // The Secret for this registry was meant to work. If one Secret cannot be parsed, the kubelet ignores all others.
  const stopper =
    failure.answer === "secret-unreadable" ? looks.find(({ look }) => look.malformed !== undefined) : undefined;
  const meant = stopper ?? looks.find(({ look }) => look.hosts.some((entry) => sameHost(entry, host))) ?? looks[0];
  if (meant === undefined) return undefined;
  const kind = kindOf(meant.look, host);
  return kind === undefined ? undefined : { kind, failure, host, ...meant };
}

function kindOf(look: PullSecretLook, host: string): SecretFaultKind | undefined {
  if (!look.exists) return look.elsewhere.length === 0 ? "missing" : "other-namespace";
  if (look.malformed !== undefined) return "malformed";
  if (!look.hosts.some((entry) => sameHost(entry, host))) return "other-host";
  return look.signIn === "refused" ? "wrong-password" : undefined;
}
