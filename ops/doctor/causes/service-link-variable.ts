import { lastWords } from "../facts/lastWords.ts";
import type { PodFacts } from "../facts/podFacts.ts";
import { changedBy, changePod, setVariable } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/** Errors about a port that is not a number. */
const badPort =
  /ERR_SOCKET_BAD_PORT|invalid port|port (?:number )?(?:must|should) be|not a (?:valid )?(?:port|number|integer)|NaN|invalid literal for int|strconv\.(?:Atoi|ParseInt|ParseUint)|NumberFormatException|could not parse/i;

export const serviceLinkVariable = podCause({
  code: "service-link-variable",
  stage: "config",
  recovery: "impossible",
  over: [
    "application-error",
    "privileged-port",
    "path-not-writable",
    "environment-variable-invalid",
    "environment-variable-missing",
    "address-in-use",
  ],
  proof: (pod) => {
    if (pod.pod.spec?.enableServiceLinks === false) return undefined;
    for (const { container, error, evidence } of lastWords(pod)) {
      const own = new Set((container.spec.env ?? []).map(({ name }) => name));
      const links = linksOf(pod).filter(({ variable }) => !own.has(variable));
      // A value that only service link variables have.
      const value = /tcp:\/\/(?:\d{1,3}\.){3}\d{1,3}:\d+/.exec(
        [error.raw, ...error.context, error.fields.address ?? ""].join(" "),
      )?.[0];
      const link = value === undefined ? undefined : links.find((one) => one.value === value);
      if (value !== undefined) return { container, evidence, ...(link ?? guess(pod, value)) };
      if (!badPort.test(error.text)) continue;
      const words = [...(container.spec.command ?? []), ...(container.spec.args ?? []), error.raw].join(" ");
      const named = links.find(({ variable }) => words.includes(variable));
      const app = [pod.owner.name, container.name, ...Object.values(pod.pod.metadata?.labels ?? {})];
      const alike =
        named ?? links.find(({ service }) => app.includes(service)) ?? (links.length === 1 ? links[0] : undefined);
      if (alike !== undefined) return { container, evidence, ...alike };
    }
    return undefined;
  },
  claim: (pod, { container, evidence, value, variable, service }) => {
    const port =
      container.spec.ports?.[0]?.containerPort ??
      container.probes.find((probe) => probe.port !== undefined)?.port ??
      8080;
    return {
      title: `Kubernetes sets ${variable}=${value} for the Service "${service}", and the process reads it as its own port`,
      container: container.name,
      evidence: [
        ...evidence,
        `enableServiceLinks is on, so every Service of the namespace gives the pod variables: ${variable}=${value}`,
      ],
      mend: [
        ...changePod(changedBy(pod), "Turn the variables off. The pod still finds Services by their names:", {
          enableServiceLinks: false,
        }),
        ...setVariable(
          changedBy(pod),
          container.name,
          "Or set the variable yourself, which takes precedence:",
          variable,
          String(port),
        ),
        { say: "Or give the Service another name." },
      ],
    };
  },
});

interface Link {
  service: string;
  variable: string;
  value: string;
}

/** Service link variables that hold a URL where programs expect a port. */
function linksOf({ observation }: PodFacts): Link[] {
  return (observation.services ?? []).flatMap(({ metadata, spec }) => {
    const service = metadata?.name ?? "";
    const [port] = spec?.ports ?? [];
    if (spec?.clusterIP === undefined || spec.clusterIP === "None" || port === undefined) return [];
    return [
      {
        service,
        variable: `${service.toUpperCase().replaceAll("-", "_")}_PORT`,
        value: `${(port.protocol ?? "TCP").toLowerCase()}://${spec.clusterIP}:${port.port}`,
      },
    ];
  });
}

/**
 * If Services could not be read, or the pod is older than they are: most likely the Service named like the workload.
 */
function guess({ owner, pod }: PodFacts, value: string): Link {
  const service = pod.metadata?.labels?.app ?? pod.metadata?.labels?.["app.kubernetes.io/name"] ?? owner.name;
  return { service, variable: `${service.toUpperCase().replaceAll("-", "_")}_PORT`, value };
}
