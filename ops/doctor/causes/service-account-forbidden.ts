import { endedByItself } from "../facts/lastWords.ts";
import { endWords, nameOf } from "../facts/podFacts.ts";
import { quoted, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/**
 * The API server's message: staging/src/k8s.io/apiserver/pkg/authorization and pkg/endpoints/handlers/responsewriters.
 */
const sentence =
  /is forbidden: User "system:serviceaccount:([^":]+):([^"]+)" cannot (\w+) (?:resource "([^"]+)" in API group "([^"]*)"|path "([^"]+)")(?: in the namespace "([^"]+)"| at the cluster scope)?/;
/** The refusal is among the last lines of the failed process, but often not the very last. */
const lastLineCount = 12;

export const serviceAccountForbidden = podCause({
  code: "service-account-forbidden",
  stage: "run",
  recovery: 3,
  over: ["application-error", "exits-by-itself", "dependency-unreachable"],
  proof: (pod) => {
    for (const container of pod.containers.filter(endedByItself)) {
      const line = container.log.lines
        .slice(-lastLineCount)
        .findLast(({ raw }) => sentence.test(raw.replaceAll('\\"', '"')));
      const match = sentence.exec(line?.raw.replaceAll('\\"', '"') ?? "");
      if (line === undefined || match === null) continue;
      const [, namespace = "", account = "", verb = "", resource, group = "", path, where] = match;
      const own = namespace === pod.namespace && account === (pod.pod.spec?.serviceAccountName ?? "default");
      if (own) return { container, line: line.raw.trim(), namespace, account, verb, resource, group, path, where };
    }
    return undefined;
  },
  claim: (pod, { container, line, namespace, account, verb, resource, group, path, where }) => {
    const asked = resource === undefined ? path : group === "" ? resource : `${resource}.${group}`;
    const name = `${account}-${(resource ?? "path").replace(/[^a-z]/g, "-")}`.slice(0, 60);
    const whole = where === undefined;
    const kind = whole ? "clusterrole" : "role";
    const scope = whole ? "" : ` --namespace ${where}`;
    const clusterName = whole ? `${namespace}-${name}` : name;
    const verbs = [...new Set([verb, ...(["list", "watch"].includes(verb) ? ["get", "list", "watch"] : [])])];
    return {
      title: `The ServiceAccount "${account}" has no right to ${verb} ${asked}${whole ? " in the whole cluster" : where === pod.namespace ? "" : ` in namespace "${where}"`}, and the process ends because of it`,
      container: container.name,
      evidence: [`${nameOf(pod, container)} ${endWords(container)}`, `log: ${line.slice(0, 400)}`],
      mend:
        resource === undefined
          ? [{ say: `Grant the account a ClusterRole for the path ${path} (nonResourceURLs).` }]
          : [
              run(
                "Create a role with this right and bind it to the account:",
                `kubectl create ${kind} ${clusterName}${scope} --verb=${verbs.join(",")} --resource=${quoted(asked ?? "")} && kubectl create ${kind}binding ${clusterName}${scope} --${kind}=${clusterName} --serviceaccount=${namespace}:${account}`,
              ),
              run(
                "Check it:",
                `kubectl auth can-i ${verb} ${quoted(asked ?? "")}${whole ? " --all-namespaces" : scope} --as system:serviceaccount:${namespace}:${account}`,
              ),
            ],
    };
  },
});
