/**
 * Every finding of the image check by its code: how much it weighs, why it matters in Kubernetes and how to mend it. The
 * codes are stable, programs read them; where the doctor knows the same cause after deployment, it has the same code.
 *
 * finding: it will go wrong, or breaks the contract (exit code 1). warning: look at it. note: good to know.
 */
export type Level = "finding" | "warning" | "note";

interface Explanation {
  level: Level;
  /** Why it matters in Kubernetes. */
  why: string;
  mend: string;
}

export const codes = {
  // What the image says of itself
  "runs-as-root": {
    level: "finding",
    why: "a pod with runAsNonRoot is not started (CreateContainerConfigError), and without it a break-out of the process is root on the node",
    mend: 'end the Dockerfile\'s last stage with a numeric user, e.g. "USER 10001:10001"',
  },
  "named-user": {
    level: "finding",
    why: "runAsNonRoot cannot look a name up in the image and refuses it (CreateContainerConfigError)",
    mend: 'write the number instead of the name, e.g. "USER 10001:10001"',
  },
  "shell-entrypoint": {
    level: "finding",
    why: "the shell is PID 1 and gets the SIGTERM instead of the program, so the pod is killed after the whole grace period and its requests are cut",
    mend: 'write ENTRYPOINT in exec form, e.g. ENTRYPOINT ["node", "main.js"], or let the shell\'s last command begin with "exec"',
  },
  "package-manager-entrypoint": {
    level: "finding",
    why: "npm, yarn and pnpm start the program through a shell: signals and exit codes get lost on the way, and their own memory counts too",
    mend: 'start the program itself, e.g. ENTRYPOINT ["node", "main.js"]',
  },
  "wrong-platform": {
    level: "finding",
    why: "nodes of another platform cannot pull or execute it (no match for platform, exec format error)",
    mend: "build for the nodes' platform: docker build --platform linux/amd64",
  },
  "tag-latest": {
    level: "finding",
    why: "the tag changes its meaning: nodes run different programs under one name, a rollback rolls nothing back",
    mend: "tag each build with a version of its own, and deploy it by its digest",
  },
  "base-latest": {
    level: "finding",
    why: "the same Dockerfile gives another image tomorrow, with a Node nobody has tested",
    mend: "name an exact version of the base, e.g. FROM node:24.21.0-trixie-slim, or its digest",
  },
  "base-floating": {
    level: "warning",
    why: "the tag moves with every release of the base, so two builds of the same source differ",
    mend: "name the exact version, e.g. node:24.21.0-trixie-slim, or the digest",
  },
  "base-unknown": {
    level: "note",
    why: "nobody can tell from the image whether it has to be built again after a security fix of its base",
    mend: "set the label org.opencontainers.image.base.name to what stands after FROM",
  },
  "setuid-files": {
    level: "finding",
    why: "they run as root whoever starts them; only allowPrivilegeEscalation: false stands between them and whoever breaks in",
    mend: "remove the bits in the Dockerfile: RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +, or start from an image without such files",
  },
  "world-writable-files": {
    level: "finding",
    why: "whoever breaks in can change them wherever the root file system is not read-only",
    mend: "take the right away where the files are made (COPY --chmod=0755, chmod o-w); write to /tmp or a volume instead",
  },
  "secret-in-layer": {
    level: "finding",
    why: "everybody who may pull the image can read it, also when a later layer removes the file",
    mend: "revoke it now; keep it out of the build context (.dockerignore), use RUN --mount=type=secret while building, and a Secret or a workload identity while running",
  },
  "secret-in-environment": {
    level: "finding",
    why: "it stands in the image's configuration: everybody who may pull the image can read it",
    mend: "revoke it now; leave it out of ENV and ARG, and let the Deployment take it from a Secret",
  },
  "size-over-budget": {
    level: "finding",
    why: "every new node pulls it before the first pod starts there",
    mend: "use a multi-stage build that copies only what runs, npm ci --omit=dev and a slim base",
  },
  "large-image": {
    level: "warning",
    why: "every new node pulls it before the first pod starts there; very large images fill the nodes' disks",
    mend: "use a multi-stage build that copies only what runs, npm ci --omit=dev and a slim base",
  },
  "shell-in-image": {
    level: "note",
    why: "what whoever breaks in would work with; the program does not need it",
    mend: "copy what runs into an image without them (FROM scratch or a distroless base); kubectl debug brings tools when they are needed",
  },
  "healthcheck-ignored": {
    level: "note",
    why: "Kubernetes does not read HEALTHCHECK: only the Deployment's probes count",
    mend: "nothing, as long as the Deployment has probes",
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
    mend: "check the path in ENTRYPOINT, that the last stage has the file, and that a script's first line names an interpreter the image has (and ends without CR)",
  },
  "entrypoint-permission-denied": {
    level: "finding",
    why: "the container cannot be created, and the pod stays in CrashLoopBackOff or CreateContainerError",
    mend: "make the file executable and readable for everybody: COPY --chmod=0755",
  },
  "exec-format": {
    level: "finding",
    why: "the program is for another processor, or a script without #! line: no node can start it",
    mend: "build for the nodes' platform (docker build --platform linux/amd64), or give the script its #! line",
  },
  "start-refused": {
    level: "finding",
    why: "what the engine refuses here, the node's runtime refuses as well",
    mend: "see what the engine said",
  },
  "exits-by-itself": {
    level: "finding",
    why: "the kubelet starts it again and again, with growing pauses: CrashLoopBackOff",
    mend: "see the end of its log; if it needs an environment variable or a service, declare it (--env NAME=VALUE, or tarmac:environment)",
  },
  "oom-killed": {
    level: "finding",
    why: "the kernel kills it at the memory limit (OOMKilled, exit 137) without a word in its log",
    mend: "raise the limit (tarmac:memoryLimit, --memory), or make it use less: for Node --max-old-space-size-percentage=60 keeps the heap below the limit",
  },
  "heap-exhausted": {
    level: "finding",
    why: "V8 gives up when its own heap limit is reached, however much memory the pod has",
    mend: "raise the limit and with it the heap (--max-old-space-size-percentage=60 follows the limit), or find what is kept",
  },
  "read-only-filesystem": {
    level: "finding",
    why: "with docker run the path can be written, in a restricted pod the root file system is read-only (EROFS)",
    mend: "write to /tmp, or mount a volume there (--writable PATH tries that here)",
  },
  "writes-outside-mounts": {
    level: "finding",
    why: "these writes work with docker run and fail in a restricted pod, perhaps only when it matters",
    mend: "write to /tmp or to standard output, or mount a volume there (--writable PATH tries that here)",
  },
  "needs-own-user": {
    level: "finding",
    why: "the Deployment sets the user; what only the image's own user may read or execute is closed to it",
    mend: "let everybody read and execute (chmod -R a+rX), or set the Deployment's user to the image's (tarmac:userId, --user)",
  },
  "privileged-port": {
    level: "finding",
    why: "ports below 1024 need root or a capability, which a restricted pod does not have (EACCES)",
    mend: "listen on PORT, 1024 or higher; the Service can still have port 80",
  },
  "needs-capability": {
    level: "finding",
    why: "a restricted pod has no capabilities",
    mend: "do without what needs one (chown, ping, ports below 1024, mount) while running; do it while building",
  },
  "fails-under-restrictions": {
    level: "finding",
    why: "it works with docker run and not in a restricted pod, where more than one restriction keeps it from starting",
    mend: "see its log; mend what it names and check again",
  },

  // How it serves
  "nothing-listens": {
    level: "finding",
    why: "probes and the Service find nobody: the pod never becomes ready, and the liveness probe restarts it",
    mend: "listen on the port that PORT names: server.listen(process.env.PORT)",
  },
  "bound-to-loopback": {
    level: "finding",
    why: "the kubelet and the Service come from outside of the pod, where 127.0.0.1 cannot be reached: the pod never becomes ready",
    mend: 'listen on all addresses: server.listen(port) without a host, or with "::" or "0.0.0.0"',
  },
  "port-ignored": {
    level: "finding",
    why: "probes and the Service use the port of the settings, the process another one",
    mend: "take the port from the environment: server.listen(process.env.PORT)",
  },
  "health-not-ok": {
    level: "finding",
    why: "the liveness probe fails and the kubelet restarts a process that is well",
    mend: "answer the liveness path with 200 as long as the process can answer at all, or name its path (tarmac:livenessPath, --health-path)",
  },
  "probe-wrong-path": {
    level: "finding",
    why: "the readiness probe gets 404, so the pod never gets requests and the rollout stops",
    mend: "answer the readiness path, or name the right one (tarmac:readinessPath, --ready-path)",
  },
  "not-ready-by-itself": {
    level: "finding",
    why: "a pod that never says that it is ready gets no requests, and the rollout stops",
    mend: "see its log; if it waits for another service, it must be reachable or not count for readiness",
  },
  "probe-timeout": {
    level: "finding",
    why: "a probe that gets no answer in time has failed",
    mend: "answer probes without waiting for others; under a CPU limit allow 2 s or more (tarmac:readinessTimeoutSeconds)",
  },
  "slow-start": {
    level: "finding",
    why: "the pod is not ready within the readiness probe's budget; a liveness probe that begins too early restarts it for ever",
    mend: "start faster, raise the CPU limit (--cpu), or give it time (tarmac:readinessInitialDelaySeconds, tarmac:livenessInitialDelaySeconds)",
  },
  "fails-under-load": {
    level: "warning",
    why: "a small load made requests fail that clients of the Service would have sent",
    mend: "see its log, and --load-path if the path is not one to ask",
  },
  "memory-headroom": {
    level: "warning",
    why: "a little more load, and the kernel kills it at the limit",
    mend: "raise the limit (tarmac:memoryLimit) or keep less; 20 % should stay free",
  },

  // How it stops
  "sigterm-ignored": {
    level: "finding",
    why: "the kubelet waits the whole grace period and then kills it (exit 137): rollouts are slow and open requests are cut",
    mend: 'handle SIGTERM (process.on("SIGTERM", ...)) and exit; as PID 1 a process without a handler ignores it',
  },
  "killed-by-sigterm": {
    level: "finding",
    why: "exit 143: the signal ended it at once, so every open request was cut",
    mend: "handle SIGTERM: serve for some seconds with /ready at 503, close, exit 0",
  },
  "exit-not-zero": {
    level: "finding",
    why: "a rollout looks like a crash to everybody who watches exit codes, and something failed on the way out",
    mend: "exit 0 after a shutdown that went well; see its log",
  },
  "ready-while-draining": {
    level: "finding",
    why: "whoever looks at /ready goes on sending requests to a process that is about to close",
    mend: "answer the readiness path with 503 from SIGTERM on",
  },
  "no-drain": {
    level: "finding",
    why: "load balancers go on sending for seconds after SIGTERM: those requests are refused",
    mend: "go on serving for DRAIN_SECONDS after SIGTERM with /ready at 503, then close",
  },
  "health-fails-draining": {
    level: "finding",
    why: "the liveness probe kills the process in the middle of its orderly end",
    mend: "answer the liveness path with 200 until the server is closed",
  },
} as const satisfies Record<string, Explanation>;

export type Code = keyof typeof codes;
