/**
 * A failed lifecycle hook. Since Kubernetes 1.27 the events do not contain the hook's own message, and the container's
 * state shows `PostStartHookError` only briefly, so either one counts. Source:
 * kubernetes/pkg/kubelet/kuberuntime/kuberuntime_container.go and pkg/kubelet/lifecycle/handlers.go.
 */
import { type Container, type ContainerStatus, type Event, lastSeen } from "../../cluster/kubernetesObjects.ts";

export interface HookFailure {
  hook: "postStart" | "preStop";
  /** What the hook does, e.g. "exec /bin/sh -c ..." or "GET /warm on port 8080". */
  action: string;
  exitCode?: number;
  /** The kubelet's message, with the hook's output if there is any. */
  message: string;
}

const recentMilliseconds = 15 * 60_000;

/** @param events of the container, newest first */
export function hookFailureIn(
  spec: Container,
  status: ContainerStatus | undefined,
  events: readonly Event[],
  now: number,
): HookFailure | undefined {
  const waiting = status?.state?.waiting;
  const event = events.find(
    (candidate) =>
      ["FailedPostStartHook", "FailedPreStopHook"].includes(candidate.reason ?? "") &&
      now - lastSeen(candidate) < recentMilliseconds,
  );
  const hook =
    waiting?.reason === "PostStartHookError" || event?.reason === "FailedPostStartHook"
      ? "postStart"
      : event === undefined
        ? undefined
        : "preStop";
  if (hook === undefined) return undefined;
  const said = waiting?.reason === "PostStartHookError" ? (waiting.message ?? "") : (event?.message ?? "");
  const exitCode = /exited with (\d+)/.exec(said)?.[1];
  return {
    hook,
    action: actionOf(spec, hook),
    message: said,
    ...(exitCode === undefined ? {} : { exitCode: Number(exitCode) }),
  };
}

function actionOf({ lifecycle }: Container, hook: HookFailure["hook"]): string {
  const { exec, httpGet, tcpSocket, sleep } = lifecycle?.[hook] ?? {};
  if (exec !== undefined) return `exec ${(exec.command ?? []).join(" ")}`;
  if (httpGet !== undefined) return `GET ${httpGet.path ?? "/"} on port ${httpGet.port}`;
  if (sleep !== undefined) return `sleep ${sleep.seconds} s`;
  return `TCP port ${tcpSocket?.port ?? "?"}`;
}
