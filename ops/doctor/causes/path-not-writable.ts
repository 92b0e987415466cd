import { deniedPath, folderOf } from "../facts/deniedFile.ts";
import { lastWords } from "../facts/lastWords.ts";
import { changedBy, changePod, rebuild } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const pathNotWritable = podCause({
  code: "path-not-writable",
  stage: "run",
  recovery: 3,
  over: ["application-error"],
  proof: (pod) => {
    for (const { container, error, evidence } of lastWords(pod)) {
      const denied = deniedPath(error, "permission");
      if (denied?.path !== undefined) return { container, error, evidence, path: denied.path };
    }
    return undefined;
  },
  claim: (pod, { container, error, evidence, path }) => {
    const user = container.spec.securityContext?.runAsUser ?? pod.pod.spec?.securityContext?.runAsUser;
    const group = pod.pod.spec?.securityContext?.fsGroup;
    const mount = (container.spec.volumeMounts ?? [])
      .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, "")}/`))
      .sort((left, right) => right.mountPath.length - left.mountPath.length)[0];
    const volume = pod.pod.spec?.volumes?.find(({ name }) => name === mount?.name);
    const changed = changedBy(pod);
    const gid =
      container.spec.securityContext?.runAsGroup ?? pod.pod.spec?.securityContext?.runAsGroup ?? user ?? 10001;
    const file = volume?.secret !== undefined || volume?.configMap !== undefined || volume?.projected !== undefined;
    // Kubernetes mounts these read-only. Everyone may read their files unless the mode forbids it.
    const mode =
      volume?.secret?.defaultMode ?? volume?.configMap?.defaultMode ?? volume?.projected?.defaultMode ?? 0o644;
    const writes = file && (mode & 0o004) !== 0;
    const owns = volume !== undefined && !file;
    const syscall = error.fields.syscall ?? "";
    const folder = folderOf(path);
    const claim = pod.observation.storage?.claims?.find(
      ({ metadata }) => metadata?.name === volume?.persistentVolumeClaim?.claimName,
    );
    const disk = pod.observation.storage?.volumes?.find(
      ({ metadata }) => metadata?.name === claim?.spec?.volumeName,
    )?.spec;
    // Kubernetes does not change the owner of these volumes, even with fsGroup.
    const outOfReach = (volume?.hostPath ?? volume?.nfs ?? disk?.hostPath ?? disk?.nfs) !== undefined;
    const chown = {
      initContainers: [
        {
          name: "own-volume",
          image: container.spec.image,
          command: ["chown", "-R", `${user ?? 10001}:${gid}`, mount?.mountPath],
          securityContext: { runAsUser: 0, runAsNonRoot: false },
          volumeMounts: [{ name: mount?.name, mountPath: mount?.mountPath }],
        },
      ],
    };
    const steps = outOfReach
      ? [
          ...changePod(
            changed,
            "Give the volume to the process's user in an init container. Kubernetes does not do it for a volume of this kind (fsGroup has no effect):",
            chown,
          ),
          {
            say: "Where pods may not run as root, change the owner of the directory on the node or on the server instead.",
          },
        ]
      : owns
        ? [
            ...(group === undefined
              ? changePod(changed, "Let Kubernetes give the volume to the process's group when it mounts it:", {
                  securityContext: { fsGroup: gid },
                })
              : []),
            {
              say: `For volumes that fsGroup does not reach (hostPath, NFS, Azure Files with SMB), set the owner in an init container that runs as root (chown ${user ?? 10001} ${mount?.mountPath}), or in the mount options (uid, gid).`,
            },
          ]
        : writes
          ? [
              rebuild(changed, "Write to another directory, such as /tmp or an emptyDir."),
              {
                say: `If the program has to change the file in place, let an init container copy it from the volume to an emptyDir, and mount that at ${mount?.mountPath}.`,
              },
            ]
          : file
            ? changePod(changed, "Let the process's group read the files of the volume:", {
                securityContext: { fsGroup: gid },
              })
            : [
                ...(/^\/(?:etc|usr|bin|lib|sbin|root)(?:\/|$)/.test(folder) || folder === "/" || folder === "/var"
                  ? []
                  : changePod(changed, `Mount an emptyDir at ${folder}, which the process's group may write:`, {
                      securityContext: { fsGroup: gid },
                      volumes: [{ name: "writable", emptyDir: {} }],
                      [pod.owner.template?.spec?.initContainers?.some(({ name }) => name === container.name) === true
                        ? "initContainers"
                        : "containers"]: [
                        { name: container.name, volumeMounts: [{ name: "writable", mountPath: folder }] },
                      ],
                    })),
                rebuild(
                  changed,
                  `Give the path to the user in the Dockerfile (RUN mkdir -p ${/mkdir/.test(syscall) ? path : folder} && chown ${user ?? 10001} ${/mkdir/.test(syscall) ? path : folder}), or write below /tmp.`,
                ),
              ];
    return {
      title: writes
        ? `The process writes to ${path} of the volume "${volume?.name}", which Kubernetes mounts read-only because it holds a ${volume?.secret !== undefined ? "Secret" : volume?.configMap !== undefined ? "ConfigMap" : "projection of Secrets and ConfigMaps"}`
        : `The process may not ${/mkdir|open|write|creat|rename|unlink/.test(syscall) ? `${syscall} ` : "use "}${path}${volume === undefined ? "" : ` of the volume "${volume.name}"`}: it belongs to another user`,
      container: container.name,
      evidence: [
        ...evidence,
        `the process runs as ${user === undefined ? "the user of the image" : `user ${user}`}${group === undefined ? "; the pod sets no fsGroup" : `, fsGroup ${group}`}`,
        volume === undefined
          ? `${path} is on the container's own filesystem, not on a volume`
          : `${mount?.mountPath} is the volume "${volume.name}"`,
      ],
      mend: steps,
    };
  },
});
