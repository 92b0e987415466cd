import { nameOf } from "../facts/podFacts.ts";
import { closeOrOnly } from "../nearest.ts";
import { changeContainer, changedBy } from "../fixes/changeOwner.ts";
import type { Step } from "./cause.ts";
import { podCause } from "./cause.ts";

export const mountOverFile = podCause({
  code: "mount-over-file",
  stage: "start",
  recovery: "impossible",
  proof: ({ containers }) => {
    const container = containers.find(({ refusal }) => refusal?.kind === "mount-type");
    return container?.refusal === undefined ? undefined : { container, refusal: container.refusal };
  },
  claim: (pod, { container, refusal }) => {
    const { path = "" } = refusal;
    const mount = container.spec.volumeMounts?.find(
      ({ mountPath }) => mountPath.replace(/\/$/, "") === path.replace(/\/$/, ""),
    );
    const volume = pod.pod.spec?.volumes?.find(({ name }) => name === (mount?.name ?? refusal.volume));
    const kind = volume?.configMap !== undefined ? "ConfigMap" : volume?.secret !== undefined ? "Secret" : undefined;
    const object = volume?.configMap?.name ?? volume?.secret?.secretName ?? "";
    const keys = (kind === "ConfigMap" ? pod.observation.configMaps : pod.observation.secrets)[object]?.keys;
    const file = path.split("/").at(-1) ?? "";
    const sub = mount?.subPath;
    const absent = sub !== undefined && keys !== undefined && !keys.includes(sub);
    const title = absent
      ? `The ${kind} "${object}" has no key "${sub}", so the mount at ${path} is a folder over a file of the image`
      : sub === undefined
        ? `The volume "${volume?.name ?? refusal.volume ?? "?"}" is a folder, and is mounted at ${path}, which is a file of the image`
        : `The mount at ${path} is a folder where the image has a file, or the reverse`;
    const wanted = sub ?? file;
    const key = keys?.includes(wanted) === true ? wanted : closeOrOnly(wanted, keys ?? []);
    const fixes: Step[] =
      kind === undefined || mount === undefined
        ? []
        : key === undefined
          ? []
          : changeContainer(changedBy(pod), container.name, `Mount the key "${key}" alone, as a file:`, {
              volumeMounts: [{ name: mount.name, mountPath: mount.mountPath, subPath: key }],
            });
    return {
      title,
      container: container.name,
      evidence: [
        `${nameOf(pod, container)} was never started: ${refusal.words.slice(0, 500)}`,
        `the mount: ${JSON.stringify(mount ?? {})}`,
        ...(keys === undefined ? [] : [`keys of the ${kind} "${object}": ${keys.join(", ") || "none"}`]),
      ],
      mend: [...fixes, { say: "Or mount the whole volume at a folder of its own, and let the program read it there." }],
    };
  },
});
