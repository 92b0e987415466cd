import { nameOf } from "../facts/podFacts.ts";
import { changeContainer, changedBy } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/** Variables whose names imply a pod field. */
const fields: readonly [RegExp, string][] = [
  [/POD_?NAME$|^HOSTNAME$/, "metadata.name"],
  [/NAMESPACE$/, "metadata.namespace"],
  [/POD_?UID$/, "metadata.uid"],
  [/NODE_?NAME$/, "spec.nodeName"],
  [/POD_?IP$/, "status.podIP"],
];

export const subpathVariableMissing = podCause({
  code: "subpath-variable-missing",
  stage: "config",
  recovery: "impossible",
  over: ["volume-not-mounted"],
  proof: ({ containers }) => {
    for (const container of containers) {
      const said = container.waiting?.reason === "CreateContainerConfigError" ? container.waiting.message : "";
      const variable = /missing value for (\S+)/.exec(said)?.[1];
      const mount = container.spec.volumeMounts?.find(
        ({ subPathExpr = "" }) => variable !== undefined && subPathExpr.includes(`$(${variable})`),
      );
      if (variable !== undefined && mount !== undefined) return { container, variable, mount, said };
    }
    return undefined;
  },
  claim: (pod, { container, variable, mount, said }) => {
    const field = fields.find(([name]) => name.test(variable))?.[1];
    const entry =
      field === undefined
        ? { name: variable, value: "VALUE" }
        : { name: variable, valueFrom: { fieldRef: { fieldPath: field } } };
    return {
      title: `subPathExpr "${mount.subPathExpr}" uses the variable ${variable}, which the container does not set`,
      container: container.name,
      evidence: [
        `${nameOf(pod, container)} waits: CreateContainerConfigError: ${said}`,
        `its variables: ${(container.spec.env ?? []).map(({ name }) => name).join(", ") || "none"} (those of envFrom do not count)`,
      ],
      mend: changeContainer(
        changedBy(pod),
        container.name,
        field === undefined ? "Set it in env:" : `Set it, from ${field} of the pod:`,
        { env: [entry] },
      ),
    };
  },
});
