/**
 * Parses why the kubelet cannot create a pod's sandbox (its network and its pause container). Sources:
 * kubernetes/pkg/kubelet/kuberuntime/kuberuntime_sandbox.go, containerd's CRI plugin, Azure/azure-container-networking.
 */
import type { Event } from "../../cluster/kubernetesObjects.ts";

export type SandboxKind = "addresses-used-up" | "pause-image" | "runtime-class" | "network-plugin" | "other";

export interface SandboxFailure {
  kind: SandboxKind;
  /** For a RuntimeClass: its handler. For the pause image: its name. */
  name?: string;
  words: string;
  event: Event;
}

export function parseSandboxFailure(event: Event): SandboxFailure | undefined {
  if (!["FailedCreatePodSandBox", "FailedPodSandBoxStatus"].includes(event.reason ?? "")) return undefined;
  const words = (event.message ?? "").trim();
  const named = (kind: SandboxKind, expression: RegExp): SandboxFailure => {
    const name = expression.exec(words)?.[1];
    return { kind, words, event, ...(name === undefined ? {} : { name }) };
  };
  if (
    /no runtime for "[^"]+" is configured|unknown runtime handler|runtime handler .* not (?:found|supported)/i.test(
      words,
    )
  )
    return named("runtime-class", /(?:runtime for|handler) "([^"]+)"/i);
  if (/sandbox image|pause/i.test(words) && /pull|not found|resolve/i.test(words))
    return named("pause-image", /sandbox image "([^"]+)"/i);
  if (
    /no (?:more )?(?:available )?(?:IP )?address(?:es)?(?: available)?|IP address(?:es)? (?:is |are )?(?:exhausted|not available)|no available addresses|failed to allocate for range|AllocateIPConfig(?:s)? ?failed|no (?:free |more |available )*IPs?(?: address(?:es)?)? (?:available|left)|not enough IPs|IP ?(?:config\w*|pool) (?:is |are )?(?:not available|exhausted|empty)/i.test(
      words,
    )
  )
    return named("addresses-used-up", /(?!)/);
  if (/plugin type=|cni|network for sandbox|setup network/i.test(words))
    return named("network-plugin", /plugin type="([^"]+)"/);
  return named("other", /(?!)/);
}
