import { serviceTrouble } from "../facts/awaitedService.ts";
import { serviceAt } from "../facts/clusterHost.ts";
import { isLoopback } from "../facts/listeningPorts.ts";
import { refusedAddress } from "../facts/failedConnection.ts";
import { lastWords } from "../facts/lastWords.ts";
import { retryAtStart } from "../fixes/generalAdvice.ts";
import { showEndpoints } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const dependencyUnreachable = podCause({
  code: "dependency-unreachable",
  stage: "run",
  recovery: "possible",
  over: ["application-error"],
  proof: (pod) => {
    for (const { container, error, evidence } of lastWords(pod)) {
      const address = refusedAddress(error);
      if (address !== undefined) return { container, ...address, evidence };
    }
    return undefined;
  },
  claim: (pod, { container, host, port, evidence }) => {
    const service = serviceAt(pod.observation, host);
    const name = service?.metadata?.name;
    const ports = (service?.spec?.ports ?? []).map((entry) => entry.port);
    const local = isLoopback(host);
    const wrongPort = serviceTrouble(pod.observation, host, port)?.kind === "port-missing";
    return {
      title: local
        ? `The process connects to port ${port} of its own pod (${host}), where nothing listens`
        : wrongPort
          ? `The process connects to port ${port} of the Service "${name}", which has only ${ports.join(", ")}`
          : `The process ends because ${name === undefined ? `${host}:${port}` : `the Service "${name}" (${host}:${port})`} does not accept its connection`,
      container: container.name,
      evidence: [
        ...evidence,
        ...(service === undefined
          ? []
          : [`service/${name} has the address ${service.spec?.clusterIP} and the ports ${ports.join(", ")}`]),
      ],
      mend: [
        ...(local
          ? [{ say: "Another pod is not reached by localhost: give the program the name of its Service." }]
          : name === undefined
            ? [
                {
                  say: `Check that ${host} runs and listens on ${port}, and that network policies and firewalls let this pod connect.`,
                },
              ]
            : [
                showEndpoints(pod.namespace, name),
                ...(wrongPort ? [{ say: `Use one of the Service's ports: ${ports.join(", ")}.` }] : []),
              ]),
        retryAtStart,
      ],
    };
  },
});
