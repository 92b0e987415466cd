import { nearest } from "../nearest.ts";
import { editDistance } from "@tarmac/validate/editDistance";
import { lastWords } from "../facts/lastWords.ts";
import { changedBy, run, setVariable } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/** The forms in which resolvers say that a name has no address, with the name where they print it. */
const forms: readonly RegExp[] = [
  /\b(?:getaddrinfo|query\w*) (?:ENOTFOUND|EAI_AGAIN|ESERVFAIL) ([\w.-]+)/,
  /lookup ([\w.-]+)(?: on \S+)?: (?:no such host|server misbehaving|Temporary failure)/,
  /could not translate host name "([^"]+)" to address/,
  /UnknownHostException: ([\w.-]+)/,
  /Could not resolve host: ([\w.-]+)/i,
  /\b(?:host|getaddrinfo|resolve)\b[^\n]*?["']([\w.-]+\.?[\w.-]*)["'][^\n]*(?:Name or service not known|Temporary failure in name resolution|not known)/i,
  /\[emerg\] host not found in upstream "([^":]+)/,
  /bad address '([\w.-]+)'/,
];

export const hostNotFound = podCause({
  code: "host-not-found",
  stage: "run",
  recovery: 3,
  over: ["application-error"],
  proof: (pod) => {
    for (const { container, error, evidence } of lastWords(pod)) {
      const spoken = ["ENOTFOUND", "EAI_AGAIN"].includes(error.fields.code ?? "") ? error.fields.hostname : undefined;
      const host = spoken ?? forms.map((form) => form.exec(error.text)?.[1]).find((name) => name !== undefined);
      if (host !== undefined && !/^\d+(\.\d+){3}$/.test(host)) return { container, host, evidence };
    }
    return undefined;
  },
  claim: (pod, { container, host, evidence }) => {
    const services = pod.observation.services;
    const names = (services ?? []).map(({ metadata }) => metadata?.name ?? "");
    const [first = "", second, third] = host.split(".");
    const inCluster =
      second === undefined ||
      third === "svc" ||
      (second !== undefined && third === undefined && names.length > 0 && !/^(com|net|org|io|dev|local)$/.test(second));
    const namespace = second ?? pod.namespace;
    const here = namespace === pod.namespace;
    const exists = here && names.includes(first);
    const [near] = nearest(first, names, 1);
    const meant =
      inCluster && here && near !== undefined && !exists && editDistance(near, first) <= Math.max(2, first.length / 3)
        ? near
        : undefined;
    const variable = container.spec.env?.find(({ value = "" }) => value.includes(host));
    const replacement = meant === undefined ? undefined : host.replace(first, meant);
    return {
      title: inCluster
        ? `The process asks for the host "${host}", and ${here ? `namespace "${pod.namespace}" has no Service "${first}"` : `there is no such Service in namespace "${namespace}"`}`
        : `The process asks for the host "${host}", which the cluster's DNS cannot resolve`,
      container: container.name,
      evidence: [
        ...evidence,
        ...(services === undefined || !inCluster
          ? []
          : [`Services of namespace "${pod.namespace}": ${names.join(", ") || "none"}`]),
        ...(variable === undefined
          ? []
          : [`the pod sets ${variable.name}=${(variable.value ?? "").replace(/:\/\/[^@/]*@/, "://…@")}`]),
      ],
      mend: [
        ...(replacement !== undefined && variable?.value !== undefined
          ? setVariable(
              changedBy(pod),
              container.name,
              `Use the Service that exists:`,
              variable.name,
              variable.value.replace(host, replacement),
            )
          : meant !== undefined
            ? [{ say: `Use the Service that exists: "${replacement}".` }]
            : []),
        ...(inCluster
          ? [
              run(
                "Find the Service: if it is in another namespace, its name there is NAME.NAMESPACE:",
                `kubectl get services --all-namespaces`,
              ),
              ...(meant === undefined
                ? [
                    {
                      say: `Create the Service "${first}" in namespace "${namespace}", or correct the host that the program is given.`,
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
