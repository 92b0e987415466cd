import { initWait } from "../facts/initWait.ts";
import { lastLines } from "../facts/logFacts.ts";
import { nameOf } from "../facts/podFacts.ts";
import { changeContainer, changedBy, run } from "../fixes/changeOwner.ts";
import { readLog } from "../fixes/lookFurther.ts";
import { closeEnough } from "../nearest.ts";
import { podCause } from "./cause.ts";

/** The pod's containers start only after the init container has ended, and it does not end. */
export const initContainerWaits = podCause({
  code: "init-container-waits",
  stage: "run",
  recovery: "possible",
  proof: (pod) => initWait(pod),
  claim: (pod, { container, seconds, line, host, port }) => {
    const { services, reach } = pod.observation;
    const [first = "", namespace] = (host ?? "").split(".");
    const here = host !== undefined && (namespace === undefined || namespace === pod.namespace);
    const names = (services ?? []).map(({ metadata }) => metadata?.name ?? "");
    const service = here ? services?.find(({ metadata }) => metadata?.name === first) : undefined;
    const missing = here && services !== undefined && service === undefined;
    const ready = (reach?.endpointSlices ?? [])
      .filter(({ metadata }) => metadata?.labels?.["kubernetes.io/service-name"] === service?.metadata?.name)
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false).length;
    const ports = (service?.spec?.ports ?? []).map((one) => one.port);
    const meant = missing ? closeEnough(first, names) : undefined;
    const { command, args } = container.spec;
    const field = [command, args].some((list) => list?.some((word) => word.includes(first)));
    const corrected = (list: string[] | undefined) =>
      list?.map((word) => word.replace(new RegExp(`(?<![\\w-])${first}(?![\\w-])`, "g"), meant ?? first));
    const why = missing
      ? `, and namespace "${pod.namespace}" has no Service "${first}"`
      : service !== undefined && port !== undefined && !ports.includes(port)
        ? `, and the Service "${first}" has no port ${port}, only ${ports.join(", ")}`
        : service !== undefined && reach?.endpointSlices !== undefined && ready === 0
          ? `, and the Service "${first}" has no pod that is ready`
          : "";
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
        ...(here && services !== undefined
          ? [`Services of namespace "${pod.namespace}": ${names.join(", ") || "none"}`]
          : []),
      ],
      mend: [
        ...(meant !== undefined && field
          ? changeContainer(changedBy(pod), container.name, `Wait for the Service that exists, "${meant}":`, {
              ...(command === undefined ? {} : { command: corrected(command) }),
              ...(args === undefined ? {} : { args: corrected(args) }),
            })
          : []),
        ...(missing
          ? [
              run(
                "Find the Service: one of another namespace is reached as NAME.NAMESPACE:",
                "kubectl get services --all-namespaces",
              ),
              {
                say: `If there is none, create the Service "${first}", or correct the name that the init container waits for.`,
              },
            ]
          : service !== undefined
            ? [
                run(
                  "Show whether the Service has pods that are ready:",
                  `kubectl get endpointslices --namespace ${pod.namespace} --selector kubernetes.io/service-name=${first}`,
                ),
              ]
            : []),
        readLog(pod, container, "Read what it says:"),
      ],
    };
  },
});
