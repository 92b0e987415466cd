/**
 * Every finding of the image check by its code: its level, why it matters in Kubernetes, and how to fix it. The codes are
 * stable because programs read them. A cause that the doctor also knows has the same code there.
 *
 * finding: it will fail, or it breaks the contract (exit code 1). warning: check it. note: good to know.
 */
export type Level = "finding" | "warning" | "note";

interface Explanation {
  level: Level;
  /** Why it matters in Kubernetes. */
  why: string;
  mend: string;
}

export const codes = {
  // The image's configuration and content
  "runs-as-root": {
    level: "finding",
    why: "a pod with runAsNonRoot does not start (CreateContainerConfigError); without runAsNonRoot, a process that escapes the container is root on the node",
    mend: 'end the Dockerfile\'s last stage with a numeric user, e.g. "USER 10001:10001"',
  },
  "named-user": {
    level: "finding",
    why: "the kubelet cannot look up a user name in the image, so runAsNonRoot rejects it (CreateContainerConfigError)",
    mend: 'use the numeric ID of the user instead of its name, e.g. "USER 10001:10001"',
  },
  "shell-entrypoint": {
    level: "finding",
    why: "the shell is PID 1 and gets SIGTERM instead of the program, so the pod is killed at the end of its grace period and its requests are cut off",
    mend: 'write ENTRYPOINT in exec form, e.g. ENTRYPOINT ["node", "main.js"], or let the shell\'s last command begin with "exec"',
  },
  "package-manager-entrypoint": {
    level: "finding",
    why: "npm, yarn, and pnpm start the program through a shell: signals and exit codes get lost, and their own memory counts toward the limit",
    mend: 'start the program itself, e.g. ENTRYPOINT ["node", "main.js"]',
  },
  "wrong-platform": {
    level: "finding",
    why: "nodes with another platform cannot pull or execute the image (no match for platform, exec format error)",
    mend: "build for the nodes' platform: docker build --platform linux/amd64",
  },
  "tag-latest": {
    level: "finding",
    why: "the tag moves: nodes run different programs under one name, and a rollback changes nothing",
    mend: "give each build its own tag, and deploy it by digest",
  },
  "base-latest": {
    level: "finding",
    why: "the same Dockerfile produces a different image tomorrow, with an untested version of Node.js",
    mend: "pin an exact version of the base, e.g. FROM node:24.21.0-trixie-slim, or its digest",
  },
  "base-floating": {
    level: "warning",
    why: "the tag moves with every release of the base, so two builds of the same source differ",
    mend: "pin the exact version, e.g. node:24.21.0-trixie-slim, or the digest",
  },
  "base-unknown": {
    level: "note",
    why: "the image does not tell whether it must be rebuilt after a security fix in its base",
    mend: "set the label org.opencontainers.image.base.name to the image named in FROM",
  },
  "setuid-files": {
    level: "finding",
    why: "they run as root for every user; only allowPrivilegeEscalation: false keeps an attacker from using them",
    mend: "remove the bits in the Dockerfile: RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +, or start from an image without such files",
  },
  "world-writable-files": {
    level: "finding",
    why: "an attacker can change them unless the root filesystem is read-only",
    mend: "remove the permission where the files are created (COPY --chmod=0755, chmod o-w); write to /tmp or a volume instead",
  },
  "secret-in-layer": {
    level: "finding",
    why: "everybody who may pull the image can read it, even if a later layer removes the file",
    mend: "revoke it now; exclude it from the build context (.dockerignore), use RUN --mount=type=secret during the build, and a Secret or a workload identity at run time",
  },
  "secret-in-environment": {
    level: "finding",
    why: "it is part of the image's configuration, which everybody who may pull the image can read",
    mend: "revoke it now; remove it from ENV and ARG, and let the Deployment read it from a Secret",
  },
  "size-over-budget": {
    level: "finding",
    why: "every new node pulls the image before its first pod starts",
    mend: "use a multi-stage build that copies only what runs, npm ci --omit=dev and a slim base",
  },
  "large-image": {
    level: "warning",
    why: "every new node pulls the image before its first pod starts; very large images fill the nodes' disks",
    mend: "use a multi-stage build that copies only what runs, npm ci --omit=dev and a slim base",
  },
  "shell-in-image": {
    level: "note",
    why: "an attacker could use it, and the program does not need it",
    mend: "copy the program into an image without these tools (FROM scratch or a distroless base); use kubectl debug when you need them",
  },
  "healthcheck-ignored": {
    level: "note",
    why: "Kubernetes ignores HEALTHCHECK and uses only the Deployment's probes",
    mend: "nothing to do if the Deployment has probes",
  },

  // How it starts
  "entrypoint-missing": {
    level: "finding",
    why: "the container cannot be created, and the pod stays in CreateContainerError",
    mend: 'name the program: ENTRYPOINT ["node", "main.js"]',
  },
  "entrypoint-not-found": {
    level: "finding",
    why: "the container cannot be created, and the pod stays in CrashLoopBackOff or CreateContainerError",
    mend: "check that ENTRYPOINT has the right path, that the last stage has the file, and that a script's first line names an interpreter in the image and has no CR",
  },
  "entrypoint-permission-denied": {
    level: "finding",
    why: "the container cannot be created, and the pod stays in CrashLoopBackOff or CreateContainerError",
    mend: "make the file readable and executable for all users: COPY --chmod=0755",
  },
  "exec-format": {
    level: "finding",
    why: "the program is built for another processor, or it is a script without a #! line; no node can start it",
    mend: "build for the nodes' platform (docker build --platform linux/amd64), or add the #! line to the script",
  },
  "start-refused": {
    level: "finding",
    why: "the node's runtime rejects what the engine rejects here",
    mend: "see the engine's message",
  },
  "exits-by-itself": {
    level: "finding",
    why: "the kubelet keeps restarting it with growing delays: CrashLoopBackOff",
    mend: "see the end of its log; if it needs an environment variable or a service, declare it (--env NAME=VALUE, or tarmac:environment)",
  },
  "oom-killed": {
    level: "finding",
    why: "the kernel kills it at the memory limit (OOMKilled, exit 137), and its log says nothing",
    mend: "raise the limit (tarmac:memoryLimit, --memory), or reduce its memory use: in Node.js, --max-old-space-size-percentage=60 keeps the heap below the limit",
  },
  "heap-exhausted": {
    level: "finding",
    why: "V8 ends the process at its own heap limit, no matter how much memory the pod has",
    mend: "raise the limit and with it the heap (--max-old-space-size-percentage=60 follows the limit), or find the memory leak",
  },
  "read-only-filesystem": {
    level: "finding",
    why: "docker run allows writes to the path, but in a restricted pod the root filesystem is read-only (EROFS)",
    mend: "write to /tmp, or mount a volume there (--writable PATH tries that here)",
  },
  "writes-outside-mounts": {
    level: "finding",
    why: "these writes work with docker run and fail in a restricted pod",
    mend: "write to /tmp or to standard output, or mount a volume there (--writable PATH tries that here)",
  },
  "needs-own-user": {
    level: "finding",
    why: "the Deployment sets another user, who cannot read or execute what is reserved for the image's own user",
    mend: "allow all users to read and execute the files (chmod -R a+rX), or use the image's user in the Deployment (tarmac:userId, --user)",
  },
  "privileged-port": {
    level: "finding",
    why: "ports below 1024 need root or a capability, which a restricted pod does not have (EACCES)",
    mend: "listen on PORT, 1024 or higher; the Service can still have port 80",
  },
  "needs-capability": {
    level: "finding",
    why: "a restricted pod has no capabilities",
    mend: "avoid what needs one (chown, ping, ports below 1024, mount) at run time, or do it during the build",
  },
  "fails-under-restrictions": {
    level: "finding",
    why: "it works with docker run, but more than one restriction of the pod keeps it from starting",
    mend: "see its log, fix what it names, and check again",
  },

  // How it serves
  "nothing-listens": {
    level: "finding",
    why: "probes and the Service get no answer: the pod never becomes ready, and the liveness probe restarts it",
    mend: "listen on the port in PORT: server.listen(process.env.PORT)",
  },
  "bound-to-loopback": {
    level: "finding",
    why: "the kubelet and the Service cannot reach 127.0.0.1 inside the pod, so the pod never becomes ready",
    mend: 'listen on all addresses: server.listen(port) without a host, or with "::" or "0.0.0.0"',
  },
  "port-ignored": {
    level: "finding",
    why: "probes and the Service use the port in the settings, but the process uses another one",
    mend: "read the port from the environment: server.listen(process.env.PORT)",
  },
  "health-not-ok": {
    level: "finding",
    why: "the liveness probe fails, and the kubelet restarts a healthy process",
    mend: "answer the liveness path with 200 whenever the process can answer, or set its path (tarmac:livenessPath, --health-path)",
  },
  "probe-wrong-path": {
    level: "finding",
    why: "the readiness probe gets 404, so the pod never gets requests and the rollout stops",
    mend: "answer the readiness path, or set the correct one (tarmac:readinessPath, --ready-path)",
  },
  "not-ready-by-itself": {
    level: "finding",
    why: "a pod that never reports ready gets no requests, and the rollout stops",
    mend: "see its log; if it waits for another service, make that service reachable or remove it from the readiness check",
  },
  "probe-timeout": {
    level: "finding",
    why: "a probe without an answer in time counts as failed",
    mend: "answer probes without waiting for other services; with a low CPU limit, allow at least 2 s (tarmac:readinessTimeoutSeconds)",
  },
  "slow-start": {
    level: "finding",
    why: "the pod is not ready within the time that the readiness probe allows; a liveness probe that starts too early restarts it forever",
    mend: "start faster, raise the CPU limit (--cpu), or allow more time (tarmac:readinessInitialDelaySeconds, tarmac:livenessInitialDelaySeconds)",
  },
  "fails-under-load": {
    level: "warning",
    why: "requests fail under a small load, as those of the Service's clients would",
    mend: "see its log, and set --load-path if the path is not meant for load",
  },
  "memory-headroom": {
    level: "warning",
    why: "slightly more load makes the kernel kill it at the limit",
    mend: "raise the limit (tarmac:memoryLimit) or reduce memory use; keep 20 % free",
  },

  // How it stops
  "sigterm-ignored": {
    level: "finding",
    why: "the kubelet waits for the whole grace period and then kills it (exit 137): rollouts are slow, and open requests are cut off",
    mend: 'handle SIGTERM (process.on("SIGTERM", ...)) and exit; as PID 1 a process without a handler ignores it',
  },
  "killed-by-sigterm": {
    level: "finding",
    why: "exit 143: the signal ended it immediately, which cuts off every open request",
    mend: "handle SIGTERM: answer /ready with 503, keep serving for some seconds, close, exit with 0",
  },
  "exit-not-zero": {
    level: "finding",
    why: "every rollout looks like a crash to monitoring, and something fails during shutdown",
    mend: "exit with 0 after a clean shutdown; see its log",
  },
  "ready-while-draining": {
    level: "finding",
    why: "load balancers that check /ready keep sending requests to a process that is about to close",
    mend: "answer the readiness path with 503 after SIGTERM",
  },
  "no-drain": {
    level: "finding",
    why: "load balancers keep sending requests for seconds after SIGTERM, and those requests are refused",
    mend: "keep serving for DRAIN_SECONDS after SIGTERM and answer /ready with 503, then close",
  },
  "health-fails-draining": {
    level: "finding",
    why: "the liveness probe kills the process in the middle of its shutdown",
    mend: "answer the liveness path with 200 until the server is closed",
  },
} as const satisfies Record<string, Explanation>;

export type Code = keyof typeof codes;
