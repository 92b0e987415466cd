import { serviceTrouble } from "../facts/awaitedService.ts";
import { hostIn, serviceAt } from "../facts/clusterHost.ts";
import { initWait, withOtherHost } from "../facts/initWait.ts";
import { lastLines } from "../facts/logFacts.ts";
import { type ContainerFacts, nameOf, type PodFacts } from "../facts/podFacts.ts";
import { changeContainer, changedBy, run, setVariable } from "../fixes/changeOwner.ts";
import { readLog, showEndpoints } from "../fixes/lookFurther.ts";
import { closeEnough } from "../nearest.ts";
import { podCause, type Step } from "./cause.ts";

/** The pod's containers start only after the init container has ended, and it does not end. */
export const initContainerWaits = podCause({
  code: "init-container-waits",
  stage: "run",
  recovery: "possible",
  proof: (pod) => initWait(pod),
  claim: (pod, { container, seconds, line, host, port }) => {
    const { observation } = pod;
    const { services } = observation;
    const trouble = host === undefined ? undefined : serviceTrouble(observation, host, port);
    const service = host === undefined ? undefined : serviceAt(observation, host);
    const asked = host === undefined ? undefined : hostIn(observation, host);
    const here = service !== undefined || trouble?.kind === "missing";
    const names = (services ?? []).map(({ metadata }) => metadata?.name ?? "");
    const meant = trouble?.kind === "missing" ? closeEnough(trouble.name, names) : undefined;
    const name = service?.metadata?.name;
    const { command, args } = container.spec;
    const why = {
      missing: `, and namespace "${pod.namespace}" has no Service "${asked?.service}"`,
      "port-missing": `, and the Service "${name}" has no port ${port}, only ${trouble?.kind === "port-missing" ? trouble.ports.join(", ") : ""}`,
      "not-ready": `, and the Service "${name}" has no pod that is ready`,
      none: "",
    }[trouble?.kind ?? "none"];
    const words = host !== undefined ? ` for ${host}${port === undefined ? "" : `:${port}`}` : "";
    return {
      title:
        line === undefined && host === undefined
          ? `The init container "${container.name}" has been running for ${seconds} s, and the pod's containers start only after it has ended`
          : `The init container "${container.name}" has been waiting${words} for ${seconds} s${why}${why === "" && line !== undefined ? `: "${line.slice(0, 140)}"` : ""}`,
      container: container.name,
      evidence: [
        `${nameOf(pod, container)} has been running for ${seconds} s`,
        ...(command === undefined
          ? []
          : [`its command: ${JSON.stringify([...command, ...(args ?? [])]).slice(0, 300)}`]),
        ...lastLines(container.currentLog, 3),
        ...(here ? [`Services of namespace "${pod.namespace}": ${names.join(", ") || "none"}`] : []),
      ],
      mend: [
        ...(meant !== undefined && host !== undefined ? waitFor(pod, container, host, meant) : []),
        ...(trouble?.kind === "missing"
          ? [
              run(
                "Find the Service: one of another namespace is reached as NAME.NAMESPACE:",
                "kubectl get services --all-namespaces",
              ),
              {
                say: `If there is none, create the Service "${trouble.name}", or correct the name that the init container waits for.`,
              },
            ]
          : service !== undefined
            ? [showEndpoints(pod.namespace, name)]
            : []),
        readLog(pod, container, "Read its log:"),
      ],
    };
  },
});

/** Changes the command, or the variable that has the name. */
function waitFor(pod: PodFacts, { name, spec }: ContainerFacts, host: string, meant: string): Step[] {
  const { command = [], args = [], env = [] } = spec;
  // The rest of a full name, such as ".shop.svc", stays.
  const other = [meant, ...host.split(".").slice(1)].join(".");
  const say = `Wait for the Service that exists, "${meant}":`;
  const words = withOtherHost([...command, ...args], host, other);
  if (words !== undefined)
    return changeContainer(changedBy(pod), name, say, {
      ...(command.length === 0 ? {} : { command: words.slice(0, command.length) }),
      ...(args.length === 0 ? {} : { args: words.slice(command.length) }),
    });
  const variable = env.find(({ value }) => value === host);
  return variable === undefined ? [] : setVariable(changedBy(pod), name, say, variable.name, other);
}
