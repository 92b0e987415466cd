import { closeEnough } from "../nearest.ts";
import { hostIn } from "../facts/clusterHost.ts";
import { unresolvedHost } from "../facts/failedConnection.ts";
import { lastWords } from "../facts/lastWords.ts";
import { changedBy, restartNow, run, setVariable } from "../fixes/changeOwner.ts";
import { retryAtStart } from "../fixes/generalAdvice.ts";
import { showEndpoints } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const hostNotFound = podCause({
  code: "host-not-found",
  stage: "run",
  recovery: 3,
  over: ["application-error"],
  proof: (pod) => {
    for (const { container, error, evidence } of lastWords(pod)) {
      const host = unresolvedHost(error);
      if (host !== undefined) return { container, host, evidence };
    }
    return undefined;
  },
  claim: (pod, { container, host, evidence }) => {
    const { services, namesakes } = pod.observation;
    const names = (services ?? []).map(({ metadata }) => metadata?.name ?? "");
    const asked = hostIn(pod.observation, host);
    const { service: wanted, namespace, inCluster } = asked;
    const here = namespace === pod.namespace;
    const known =
      namesakes?.[wanted] ??
      (here && services !== undefined ? names.filter((name) => name === wanted).map(() => namespace) : undefined);
    const exists = known?.includes(namespace) === true || (here && names.includes(wanted));
    const headless = here && services?.find(({ metadata }) => metadata?.name === wanted)?.spec?.clusterIP === "None";
    const [elsewhere] = exists ? [] : (known ?? []).filter((one) => one !== namespace);
    const meant =
      !inCluster || exists
        ? undefined
        : elsewhere !== undefined
          ? `${wanted}.${elsewhere}`
          : here
            ? closeEnough(wanted, names)
            : undefined;
    const variable = container.spec.env?.find(({ value = "" }) => value.includes(host));
    const why = !inCluster
      ? ", which the cluster's DNS cannot resolve"
      : exists
        ? headless
          ? `, and the headless Service "${wanted}" has no pod that is ready: its name has no address until then`
          : `, which the cluster's DNS did not resolve at that time, although namespace "${namespace}" has the Service "${wanted}"`
        : here || known !== undefined
          ? `, and namespace "${namespace}" has no Service "${wanted}"${elsewhere === undefined ? "" : `: it is in namespace "${elsewhere}"`}`
          : `, a Service of namespace "${namespace}", which the cluster's DNS cannot resolve`;
    return {
      title: `The process asks for the host "${host}"${why}`,
      container: container.name,
      evidence: [
        ...evidence,
        ...(services === undefined || !inCluster || !here
          ? []
          : [`Services of namespace "${pod.namespace}": ${names.join(", ") || "none"}`]),
        ...(known === undefined || !inCluster
          ? []
          : [`namespaces with a Service "${wanted}": ${known.join(", ") || "none"}`]),
        ...(variable === undefined
          ? []
          : [`the pod sets ${variable.name}=${(variable.value ?? "").replace(/:\/\/[^@/]*@/, "://…@")}`]),
      ],
      mend: [
        ...(meant !== undefined && variable?.value !== undefined
          ? setVariable(
              changedBy(pod),
              container.name,
              `Use the Service that exists:`,
              variable.name,
              variable.value.replace(host, meant),
            )
          : meant !== undefined
            ? [{ say: `Use the Service that exists: "${meant}".` }]
            : []),
        ...(exists
          ? [showEndpoints(namespace, wanted), ...restartNow(pod), retryAtStart]
          : inCluster
            ? [
                run(
                  "Find the Service: if it is in another namespace, its name there is NAME.NAMESPACE:",
                  `kubectl get services --all-namespaces`,
                ),
                ...(meant === undefined
                  ? [
                      {
                        say: `Create the Service "${wanted}" in namespace "${namespace}", or correct the host that the program is given.`,
                      },
                    ]
                  : []),
              ]
            : [
                run(
                  "Ask the cluster's DNS from a pod:",
                  `kubectl run dns-check --namespace ${pod.namespace} --rm --stdin --restart=Never --image=mcr.microsoft.com/cbl-mariner/busybox:2.0 -- nslookup ${host}`,
                ),
                {
                  say: "If the name is right, the nodes' DNS does not know it: a private zone that is not linked to the cluster's network, or a forwarder that is missing.",
                },
              ]),
      ],
    };
  },
});
