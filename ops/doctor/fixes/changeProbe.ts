/** Changes of a container's probes. */
import type { Probe } from "../../cluster/kubernetesObjects.ts";
import type { Step } from "../causes/cause.ts";
import type { FailingProbe } from "../facts/failingProbe.ts";
import { heardPorts, toldPort } from "../facts/listeningPorts.ts";
import type { ContainerFacts, PodFacts } from "../facts/podFacts.ts";
import type { ProbeKind } from "../facts/probeReport.ts";
import { changeContainer, changedBy, type Setting } from "./changeOwner.ts";

export const fieldOf = (kind: ProbeKind) => `${kind}Probe` as const;

/** Changes the probe itself; the change is merged into it. */
export const changeProbe = (
  pod: PodFacts,
  { container, probe }: FailingProbe,
  say: string,
  part: object,
  setting?: Setting,
): Step[] => changeContainer(changedBy(pod), container.name, say, { [fieldOf(probe.kind)]: part }, setting);

/** Changes the port in every probe of the container that uses the same wrong port. */
export function changePort(
  pod: PodFacts,
  { container, probe }: FailingProbe,
  say: string,
  port: number | string,
): Step[] {
  const part = Object.fromEntries(
    container.probes
      .filter((one) => one.port === probe.port && one.missingPort === probe.missingPort)
      .map((one) => [fieldOf(one.kind), withPort(one.spec, port)]),
  );
  return changeContainer(changedBy(pod), container.name, say, part, { key: "port", value: String(port) });
}

function withPort({ httpGet, tcpSocket }: Probe, port: number | string): object {
  if (httpGet !== undefined) return { httpGet: { port } };
  return tcpSocket !== undefined ? { tcpSocket: { port } } : { grpc: { port } };
}

/** The port on which the container most likely serves. */
export function servingPort(container: ContainerFacts): number | undefined {
  const heard = heardPorts(container).find(({ purpose }) => purpose === undefined)?.port;
  return heard ?? container.spec.ports?.[0]?.containerPort ?? toldPort(container)?.port;
}

/** Replaces a request or a command with a check that the port is open. */
export function checkPortInstead(pod: PodFacts, failing: FailingProbe, say: string): Step[] {
  const port = failing.probe.port ?? servingPort(failing.container);
  return port === undefined
    ? []
    : changeProbe(pod, failing, say, { httpGet: null, exec: null, grpc: null, tcpSocket: { port } });
}
