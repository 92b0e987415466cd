import { refusedAddress, unresolvedHost } from "../facts/failedConnection.ts";
import { lastWords } from "../facts/lastWords.ts";
import type { FinalError, LogFacts } from "../facts/logFacts.ts";
import { endWords, nameOf } from "../facts/podFacts.ts";
import { quoted, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/**
 * The API server's message: staging/src/k8s.io/apiserver/pkg/authorization and pkg/endpoints/handlers/responsewriters.
 */
const sentence =
  /is forbidden: User "system:serviceaccount:([^":]+):([^"]+)" cannot (\w+) (?:resource "([^"]+)" in API group "([^"]*)"|path "([^"]+)")(?: in the namespace "([^"]+)"| at the cluster scope)?/;
/** Number of last lines of the failed process that may contain the refusal: often it is not the very last. */
const lastLineCount = 12;
/** The name of a variable, such as DATABASE_URL. */
const variable = /\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/;

const plain = (line: string): string => line.replaceAll('\\"', '"');

/**
 * The final error if it is a refusal; an earlier refusal only if the final error says nothing of its own, as "leader
 * election lost" does.
 */
function refusalIn({ lines }: LogFacts, error: FinalError): string | undefined {
  if (sentence.test(plain(error.raw))) return error.raw;
  const own = unresolvedHost(error) !== undefined || refusedAddress(error) !== undefined || variable.test(error.text);
  if (own) return undefined;
  return lines
    .slice(-lastLineCount)
    .findLast(({ raw, level }) => level !== "warn" && level !== "info" && sentence.test(plain(raw)))
    ?.raw.trim();
}

export const serviceAccountForbidden = podCause({
  code: "service-account-forbidden",
  stage: "run",
  recovery: 3,
  over: ["application-error", "exits-by-itself", "dependency-unreachable"],
  proof: (pod) => {
    for (const { container, error } of lastWords(pod)) {
      const line = refusalIn(container.log, error);
      const match = sentence.exec(plain(line ?? ""));
      if (line === undefined || match === null) continue;
      const [, namespace = "", account = "", verb = "", resource, group = "", path, where] = match;
      const own = namespace === pod.namespace && account === (pod.pod.spec?.serviceAccountName ?? "default");
      if (own) return { container, line, namespace, account, verb, resource, group, path, where };
    }
    return undefined;
  },
  claim: (pod, { container, line, namespace, account, verb, resource, group, path, where }) => {
    const [kind = "", subresource] = (resource ?? "").split("/");
    const inGroup = group === "" ? kind : `${kind}.${group}`;
    const asked = resource === undefined ? path : subresource === undefined ? inGroup : `${inGroup}/${subresource}`;
    const verbs = verbsWith(verb, kind);
    const whole = where === undefined;
    // The verb is part of the name: the process may lack another right to the same resource afterwards.
    const name = `${whole ? `${namespace}-` : ""}${account}-${verb}-${(resource ?? "").replace(/[^a-z]/g, "-")}`;
    const role = whole ? "clusterrole" : "role";
    const scope = whole ? "" : ` --namespace ${where}`;
    const secrets = kind === "secrets" && verbs.includes("list");
    return {
      title: `The ServiceAccount "${account}" has no right to ${verb} ${asked}${whole ? " in the whole cluster" : where === pod.namespace ? "" : ` in namespace "${where}"`}, and the process ends because of it`,
      container: container.name,
      evidence: [`${nameOf(pod, container)} ${endWords(container)}`, `log: ${line.slice(0, 400)}`],
      mend:
        resource === undefined
          ? [{ say: `Grant the account a ClusterRole for the path ${path} (nonResourceURLs).` }]
          : [
              run(
                secrets
                  ? `Create a role with this right and bind it to the account, which can then read every Secret of ${whole ? "the cluster" : `namespace "${where}"`}. If the program can be limited to ${whole ? "its namespace" : "one Secret"}, do that instead:`
                  : "Create a role with this right and bind it to the account:",
                `kubectl create ${role} ${name}${scope} --verb=${verbs.join(",")} --resource=${quoted(asked ?? "")} && kubectl create ${role}binding ${name}${scope} --${role}=${name} --serviceaccount=${namespace}:${account}`,
              ),
              run(
                "Check it:",
                `kubectl auth can-i ${verb} ${inGroup}${subresource === undefined ? "" : ` --subresource=${subresource}`}${whole ? " --all-namespaces" : scope} --as system:serviceaccount:${namespace}:${account}`,
              ),
            ],
    };
  },
});

/** The right that is missing, and those that the same program needs next. */
function verbsWith(verb: string, resource: string): string[] {
  const together = [
    ...(["list", "watch"].includes(verb) ? [["get", "list", "watch"]] : []),
    // Leader election: https://github.com/kubernetes/client-go/blob/master/tools/leaderelection/resourcelock/leaselock.go
    ...(resource === "leases" && ["get", "create", "update"].includes(verb) ? [["get", "create", "update"]] : []),
  ];
  return [...new Set([verb, ...together.flat()])];
}
