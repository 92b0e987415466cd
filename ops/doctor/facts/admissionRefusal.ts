/**
 * Parses why the API server refuses to create a controller's pods. Sources: kubernetes/plugin/pkg/admission,
 * staging/src/k8s.io/pod-security-admission, apiserver's webhook and policy plugins.
 */
export type RefusalRule =
  | "pod-security"
  | "quota-exceeded"
  | "quota-wants-value"
  | "limit-range"
  | "service-account"
  | "priority-class"
  | "runtime-class"
  | "policy"
  | "webhook-denied"
  | "webhook-down"
  | "namespace-terminating"
  | "invalid"
  | "other";

export interface AdmissionRefusal {
  rule: RefusalRule;
  /** The policy, quota, webhook, class or account. */
  name?: string;
  /** The rule's own message. */
  said: string;
  /** For "quota-wants-value": what each container must set, e.g. ["limits.cpu"]. */
  wants?: string[];
  /** For Pod Security: its level. */
  level?: string;
  /**
   * For "limit-range" and "invalid": what is refused, e.g. "maximum memory usage per Container is 1Mi, but limit is
   * 64Mi".
   */
  detail?: string;
}

export function parseRefusalOfPod(message: string): AdmissionRefusal {
  const said = message.replace(/^Error creating: |^create Pod \S+ in \S+ \S+ failed error: /, "").trim();
  const first = (expression: RegExp) => expression.exec(said)?.[1];
  const named = (
    rule: RefusalRule,
    name: string | undefined,
    more: Partial<AdmissionRefusal> = {},
  ): AdmissionRefusal => ({
    rule,
    said,
    ...more,
    ...(name === undefined ? {} : { name }),
  });
  const security = /violates PodSecurity "([^"]+)":\s*(.*)$/s.exec(said);
  if (security !== null)
    return named("pod-security", undefined, { level: security[1] ?? "", detail: security[2]?.trim() ?? "" });
  if (/being terminated|because it is being terminated/i.test(said))
    return named("namespace-terminating", first(/namespace (\S+) because/));
  if (/exceeded quota: /i.test(said))
    return named("quota-exceeded", first(/exceeded quota: ([^,\s]+)/), {
      detail: first(/exceeded quota: [^,]+, (.*)$/s) ?? "",
    });
  // "failed quota: q: must specify limits.cpu for: main; limits.memory for: main"
  const wanting = /failed quota: ([^:]+): must specify (.*)$/s.exec(said);
  if (wanting !== null)
    return named("quota-wants-value", wanting[1], {
      wants: (wanting[2] ?? "").split(/[;,]\s*/).flatMap((part) => {
        const want = /^([\w./-]+)(?: for:.*)?$/.exec(part.trim())?.[1];
        return want?.includes(".") === true || want === "cpu" || want === "memory" ? [want] : [];
      }),
    });
  const bounds = first(/((?:maximum|minimum|max) \S+ (?:usage|limit|to).*)$/is);
  if (bounds !== undefined && /per (?:Container|Pod)|limit to request ratio/i.test(bounds))
    return named("limit-range", undefined, { detail: bounds });
  const account =
    /serviceaccount "([^"]+)" not found/i.exec(said)?.[1] ??
    first(/error looking up service account \S+?\/([^:\s]+): serviceaccount/i);
  if (account !== undefined) return named("service-account", account);
  if (/no PriorityClass with name/i.test(said))
    return named("priority-class", first(/no PriorityClass with name (\S+?)(?: was found|$)/i));
  if (/RuntimeClass "[^"]+" not found/i.test(said)) return named("runtime-class", first(/RuntimeClass "([^"]+)"/i));
  const policy = /ValidatingAdmissionPolicy '([^']+)'(?: with binding '[^']+')? denied request: (.*)$/s.exec(said);
  if (policy !== null) return named("policy", policy[1], { detail: policy[2]?.trim() ?? "" });
  const down = /failed calling webhook "([^"]+)": (.*)$/s.exec(said);
  if (down !== null) return named("webhook-down", down[1], { detail: down[2]?.trim() ?? "" });
  const denied = /admission webhook "([^"]+)" denied the request:? ?(.*)$/s.exec(said);
  if (denied !== null) return named("webhook-denied", denied[1], { detail: denied[2]?.trim() ?? "" });
  if (/ is invalid: /i.test(said)) return named("invalid", undefined, { detail: first(/ is invalid: (.*)$/s) ?? "" });
  return named("other", undefined);
}
