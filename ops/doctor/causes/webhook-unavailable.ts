import { refusedBy } from "../facts/refusedOwner.ts";
import { run } from "../fixes/changeOwner.ts";
import { ownerCause } from "./cause.ts";

export const webhookUnavailable = ownerCause({
  code: "webhook-unavailable",
  stage: "cluster",
  recovery: "possible",
  over: ["admission-refused"],
  proof: (owner) => refusedBy(owner, "webhook-down"),
  claim: (_, { name = "", detail = "", evidence, ref }) => {
    // "Post "https://NAME.NAMESPACE.svc:443/path?timeout=10s": ..."
    const [, service = "", namespace = ""] = /https:\/\/([\w-]+)\.([\w-]+)\.svc/.exec(detail) ?? [];
    const why = detail.replace(/^.*?": /s, "").replace(/^failed to call webhook: /, "");
    return {
      title: `The admission webhook "${name}" cannot be called, so no pods are created: ${why.replace(/\s+/g, " ").slice(0, 160)}`,
      affected: [ref],
      evidence,
      mend: [
        ...(/x509|certificate/.test(why)
          ? [
              {
                say: "The API server does not trust the webhook's certificate: renew it, or correct caBundle in the webhook's configuration. cert-manager and most operators do both: check that theirs runs.",
              },
            ]
          : []),
        ...(service === "" || /x509|certificate/.test(why)
          ? []
          : [
              run(
                "Find out why its Service has no pods that answer:",
                `kubectl describe service ${service} --namespace ${namespace}`,
              ),
              run("And whether its pods run:", `kubectl get pods --namespace ${namespace}`),
            ]),
        run(
          "If its component was removed, remove the webhook's configuration too. List them:",
          "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations --output wide",
        ),
      ],
    };
  },
});
