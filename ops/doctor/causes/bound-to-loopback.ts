import { failingProbes, wasRedirected } from "../facts/failingProbe.ts";
import { heardPorts, isLoopback, toldPort } from "../facts/listeningPorts.ts";
import { changedBy, rebuild, setVariable } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const boundToLoopback = podCause({
  code: "bound-to-loopback",
  stage: "ready",
  recovery: "impossible",
  over: [
    "nothing-listens",
    "liveness-kills-slow-start",
    "liveness-kills-busy-process",
    "cpu-throttled",
    "probe-wrong-port",
    "application-error",
  ],
  proof: (pod) => {
    for (const failing of failingProbes(pod)) {
      const { report, container, probe } = failing;
      if (report.answer !== "refused" || wasRedirected(failing)) continue;
      const heard = heardPorts(container);
      const own = heard.length === 0 ? [toldPort(container)].filter((one) => one !== undefined) : heard;
      const listening = own.find(({ port, host }) => port === probe.port && isLoopback(host));
      const open = own.some(({ port, host }) => port === probe.port && !isLoopback(host));
      if (listening !== undefined && !open) return { ...failing, listening };
    }
    return undefined;
  },
  claim: (pod, { container, evidence, listening }) => {
    const variable = container.spec.env?.find(
      ({ name, value }) => /HOST|BIND|ADDR|LISTEN/.test(name) && isLoopback(value),
    );
    return {
      title: `The process listens only on ${listening.host}, which cannot be reached from outside its pod`,
      container: container.name,
      evidence: [...evidence, listening.source],
      mend: [
        ...(variable === undefined
          ? []
          : setVariable(changedBy(pod), container.name, "Let it listen on every address:", variable.name, "0.0.0.0")),
        rebuild(changedBy(pod), "Listen on 0.0.0.0 or ::. In Node.js: server.listen(port) without a host."),
      ],
    };
  },
});
