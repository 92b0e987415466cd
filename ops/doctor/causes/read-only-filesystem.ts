import { deniedPath, folderOf } from "../facts/deniedFile.ts";
import { lastWords } from "../facts/lastWords.ts";
import { changedBy, changePod, rebuild } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const readOnlyFilesystem = podCause({
  code: "read-only-filesystem",
  stage: "run",
  recovery: 3,
  over: ["application-error"],
  proof: (pod) => {
    for (const { container, error, evidence } of lastWords(pod)) {
      const denied = deniedPath(error, "read-only");
      if (denied !== undefined) return { container, evidence, ...denied };
    }
    return undefined;
  },
  claim: (pod, { container, evidence, path }) => {
    const mount = container.spec.volumeMounts?.find(
      ({ mountPath, readOnly }) => readOnly === true && path?.startsWith(mountPath) === true,
    );
    const volumeName = "writable";
    const folder = path === undefined ? "/" : folderOf(path);
    const list =
      pod.owner.template?.spec?.initContainers?.some(({ name }) => name === container.name) === true
        ? "initContainers"
        : "containers";
    return {
      title:
        mount === undefined
          ? `The process writes to ${path ?? "a file"}, but the container's root filesystem is read-only`
          : `The process writes to ${path}, but the volume "${mount.name}" is mounted read-only`,
      container: container.name,
      evidence,
      mend: [
        rebuild(changedBy(pod), "Write below /tmp, which is writable."),
        // An emptyDir over an image folder hides its contents, so suggest only folders meant for data.
        ...(mount === undefined && folder !== "/" && !/^\/(?:etc|usr|bin|lib|sbin|root|app)(?:\/|$)/.test(folder)
          ? changePod(changedBy(pod), `Or mount an emptyDir at ${folder}.`, {
              volumes: [{ name: volumeName, emptyDir: {} }],
              [list]: [{ name: container.name, volumeMounts: [{ name: volumeName, mountPath: folder }] }],
            })
          : [
              {
                say: `Or mount an emptyDir at the folder that it writes to${path === undefined ? "" : ` (${folder})`}; it hides what the image has there.`,
              },
            ]),
      ],
    };
  },
});
