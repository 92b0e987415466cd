import { failingProbes } from "../facts/failingProbe.ts";
import { changeContainer, changedBy } from "../fixes/changeOwner.ts";
import { fieldOf } from "../fixes/changeProbe.ts";
import { podCause } from "./cause.ts";

const saysHost =
  /(?:DisallowedHost|Invalid (?:HTTP_HOST|Host) header|ALLOWED_?HOSTS?|\bhosts?\b.{0,60}(?:not allowed|not permitted|invalid|validation|disallowed|refused|rejected|forbidden|unrecognized|mismatch|blocked|untrusted)|(?:not allowed|invalid|disallowed|refused|rejected|forbidden|untrusted|blocked|unknown).{0,30}\bhost\b)/i;

export const probeHostRefused = podCause({
  code: "probe-host-refused",
  stage: "ready",
  recovery: "impossible",
  over: ["probe-wrong-path", "liveness-check-fails", "not-ready-by-itself"],
  proof: (pod) => {
    for (const failing of failingProbes(pod)) {
      const { report, container, probe } = failing;
      if (report.answer !== "status" || probe.spec.httpGet === undefined) continue;
      const host = probe.spec.httpGet.httpHeaders?.some(({ name }) => name.toLowerCase() === "host") === true;
      const said = [...container.currentLog.lines, ...container.log.lines].findLast(({ text }) =>
        saysHost.test(text),
      )?.raw;
      // 421 is only about the host. 400 is about the request, and in a probe's request only the host is unusual.
      if (
        (said !== undefined && [400, 403, 404, 421].includes(report.status ?? 0)) ||
        (!host && [400, 421].includes(report.status ?? 0))
      )
        return { ...failing, said };
    }
    return undefined;
  },
  claim: (pod, failing) => {
    const { container, probe, report, said, evidence } = failing;
    const variable = container.spec.env?.find(({ name }) =>
      /(?:ALLOWED|TRUSTED|VIRTUAL|SERVER)_?(?:HOSTS?|DOMAINS?|NAME)$|^HOST_?NAMES?$|^DOMAIN$/.test(name),
    );
    const known = variable?.value
      ?.split(/[\s,;]+/)
      .find((one) => /^[a-z0-9.-]+(?::\d+)?$/i.test(one) && one.includes("."));
    const host = { name: "Host", value: known ?? "HOST" };
    // Every HTTP probe of the container is refused in the same way.
    const probes = container.probes.flatMap(({ kind, spec: { httpGet } }) =>
      httpGet === undefined
        ? []
        : [
            [
              fieldOf(kind),
              {
                httpGet: {
                  httpHeaders: [
                    ...(httpGet.httpHeaders ?? []).filter(({ name }) => name.toLowerCase() !== "host"),
                    host,
                  ],
                },
              },
            ] as const,
          ],
    );
    return {
      title:
        said === undefined
          ? `The process refuses the ${probe.kind} probe's request itself (${report.status}), not its path ${probe.spec.httpGet?.path ?? "/"}: a probe sends the pod's address as Host`
          : `The process refuses the ${probe.kind} probe because of its Host header, which is the pod's address (${report.status})`,
      container: container.name,
      evidence: [
        ...evidence,
        ...(said === undefined ? [] : [`log: ${said.trim().slice(0, 300)}`]),
        ...(variable === undefined ? [] : [`the pod sets ${variable.name}=${variable.value ?? "(from elsewhere)"}`]),
      ],
      mend: [
        ...changeContainer(
          changedBy(pod),
          container.name,
          "Let the probe send the host name that the process expects:",
          Object.fromEntries(probes),
        ),
        {
          say: "Or allow the pod's own address in the program's list of hosts, by a variable with the field status.podIP.",
        },
      ],
    };
  },
});
