/**
 * Parses why the kubelet or the container runtime did not create or start a container. The process never ran, so its
 * exit code (128) and its log mean nothing. Sources: runc (libcontainer/init_linux.go, rootfs_linux.go), containerd,
 * kubernetes/pkg/kubelet/kuberuntime.
 */
import type { ContainerStatus, Event } from "../../cluster/kubernetesObjects.ts";

export type RefusalKind =
  | "program-missing"
  | "program-denied"
  | "program-is-directory"
  | "exec-format"
  | "mount-type"
  | "mount"
  | "working-directory"
  | "user-unknown"
  | "seccomp-profile"
  | "apparmor-profile"
  | "memory-too-small"
  | "name-reserved"
  | "other";

export interface RuntimeRefusal {
  kind: RefusalKind;
  /** The runtime's message. */
  words: string;
  /** The program to run. */
  program?: string;
  /** The mount path in the container, or the working directory. */
  path?: string;
  /** The mounted volume. */
  volume?: string;
  /** The missing user or profile. */
  name?: string;
}

const runtimeWords =
  /OCI runtime|unable to start container process|failed to create (?:containerd |shim )?(?:task|container)|failed to generate (?:container|spec|security options)|container_linux\.go|failed to start container|exec user process/i;

/** @param events of the container, newest first */
export function runtimeRefusalIn(
  status: ContainerStatus | undefined,
  events: readonly Event[],
): RuntimeRefusal | undefined {
  const ended = status?.state?.terminated ?? status?.lastState?.terminated;
  const waiting = status?.state?.waiting;
  const startFailed = ["StartError", "ContainerCannotRun"].includes(ended?.reason ?? "");
  const createFailed = ["CreateContainerError", "RunContainerError", "StartError"].includes(waiting?.reason ?? "");
  if (!startFailed && !createFailed) return undefined;
  const event = events.find(({ reason, message = "" }) => reason === "Failed" && runtimeWords.test(message));
  const words = [createFailed ? waiting?.message : undefined, startFailed ? ended?.message : undefined, event?.message]
    .find((text) => text !== undefined && text !== "" && !/^context deadline exceeded$/.test(text))
    ?.trim();
  return words === undefined ? undefined : parseRefusal(words);
}

export function parseRefusal(text: string): RuntimeRefusal {
  // Some runtimes repeat the whole error with escaped quotes.
  const words = text.replaceAll('\\"', '"').replace(/^Error: /, "");
  const mount = /error mounting "([^"]*)" to rootfs at "([^"]*)"/.exec(words);
  if (mount !== null) {
    const [, source = "", path = ""] = mount;
    const volume = /\/volume-subpaths\/([^/]+)\//.exec(source)?.[1] ?? /\/volumes\/[^/]+\/([^/]+)/.exec(source)?.[1];
    const typed = /not a directory|Are you trying to mount a directory|is a directory/i.test(words);
    return { kind: typed ? "mount-type" : "mount", words, path, ...(volume === undefined ? {} : { volume }) };
  }
  const directory = /(?:chdir to cwd \("([^"]*)"\)|container init: mkdir ([^\s:]+):|cwd[^"]*"([^"]+)")/.exec(words);
  if (/chdir to cwd|Cwd must be|workingDir|container init: mkdir /i.test(words)) {
    const path = directory?.[1] ?? directory?.[2] ?? directory?.[3];
    return { kind: "working-directory", words, ...(path === undefined ? {} : { path }) };
  }
  const user =
    /unable to find (?:user|group) ([^\s:]+)|no users found|no matching entries in (?:passwd|group) file/.exec(words);
  if (user !== null) return { kind: "user-unknown", words, ...(user[1] === undefined ? {} : { name: user[1] }) };
  if (/seccomp/i.test(words) && /no such file|cannot load|failed to/i.test(words)) {
    const name = /(?:profile|open) "?([^\s":]+)/.exec(words)?.[1];
    return { kind: "seccomp-profile", words, ...(name === undefined ? {} : { name }) };
  }
  if (/apparmor/i.test(words)) {
    const name = /apparmor profile (?:not found |)"?([\w./-]+)/i.exec(words)?.[1];
    return { kind: "apparmor-profile", words, ...(name === undefined ? {} : { name }) };
  }
  if (/container init was OOM-killed|memory limit too low|minimum memory limit/i.test(words))
    return { kind: "memory-too-small", words };
  if (/name ".*" is reserved for/.test(words)) return { kind: "name-reserved", words };
  return programRefusal(words);
}

function programRefusal(words: string): RuntimeRefusal {
  // `exec: "node server.js": executable file not found`, `exec: "/app": stat /app: no such file`, `exec /app/run: exec format error`.
  const program =
    /exec: "((?:[^"\\]|\\.)*)"/.exec(words)?.[1] ??
    /(?:^|\s)exec "?(\/[^\s":]+|[^\s":]+)"?: (?:exec format|no such|permission|is a dir)/.exec(words)?.[1] ??
    /stat (\S+): no such file/.exec(words)?.[1];
  const part = program === undefined ? {} : { program };
  if (/exec format error/i.test(words)) return { kind: "exec-format", words, ...part };
  if (/exec: .*(?:is a directory)/i.test(words)) return { kind: "program-is-directory", words, ...part };
  if (/exec.*permission denied/i.test(words)) return { kind: "program-denied", words, ...part };
  if (/executable file not found|exec.*no such file or directory|no command specified/i.test(words))
    return { kind: "program-missing", words, ...part };
  return { kind: "other", words };
}
