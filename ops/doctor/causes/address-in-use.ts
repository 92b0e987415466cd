import { heardPorts } from "../facts/listeningPorts.ts";
import { lastWords } from "../facts/lastWords.ts";
import { changedBy, setVariable } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

const inUse =
  /EADDRINUSE.*?:(\d{1,5})\b|listen tcp[46]? \S*?:(\d{1,5}): bind: address already in use|(?:bind|port|address)\D{0,40}?(\d{2,5})\b.*(?:already in use|in use)|Address already in use.*?(\d{2,5})?$/i;

export const addressInUse = podCause({
  code: "address-in-use",
  stage: "run",
  recovery: 3,
  over: ["application-error"],
  proof: (pod) => {
    for (const { container, error, evidence } of lastWords(pod)) {
      const { fields, text } = error;
      const match = inUse.exec(text);
      if (fields.code !== "EADDRINUSE" && match === null) continue;
      const port = Number(fields.port ?? match?.slice(1).find((part) => part !== undefined));
      return { container, port: Number.isNaN(port) ? undefined : port, evidence };
    }
    return undefined;
  },
  claim: (pod, { container, port, evidence }) => {
    const others = pod.containers.filter(({ name, role }) => name !== container.name && role !== "init");
    const heard = others.flatMap((other) =>
      heardPorts(other)
        .filter((one) => one.port === port)
        .map((one) => ({ other, source: one.source })),
    );
    const declared = others.filter(({ spec }) => spec.ports?.some(({ containerPort }) => containerPort === port));
    const other = heard[0]?.other ?? declared[0] ?? (others.length === 1 ? others[0] : undefined);
    const changed = changedBy(pod);
    const variable = container.spec.env?.find(({ value }) => value === String(port));
    const next = (port ?? 8080) + 1;
    const host = pod.pod.spec?.hostNetwork === true;
    return {
      title:
        other === undefined
          ? `Port ${port ?? "?"} is already in use ${host ? "on the node, whose network the pod uses" : "in the pod"}`
          : `The containers "${container.name}" and "${other.name}" both listen on port ${port ?? "?"}: containers of a pod share one address`,
      container: container.name,
      evidence: [
        ...evidence,
        ...(heard[0] === undefined ? [] : [`container "${heard[0].other.name}" has the port: ${heard[0].source}`]),
        ...(heard[0] === undefined && declared[0] !== undefined
          ? [`container "${declared[0].name}" declares the port`]
          : []),
        ...(other === undefined && !host
          ? ["no other container is known to use it: the process, or a child of it, listens twice"]
          : []),
      ],
      mend: [
        ...(variable === undefined
          ? [
              {
                say: `Let one of them listen on another port, such as ${next}: by its configuration, its arguments or its image.`,
              },
            ]
          : setVariable(changed, container.name, "Give one of them another port:", variable.name, String(next))),
        { say: "Probes, containerPort and the Service of that container follow." },
      ],
    };
  },
});
