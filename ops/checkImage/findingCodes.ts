/**
 * Every finding of the image check by its code: its level, why it matters in Kubernetes, and how to fix it. The codes
 * are stable because programs read them. A cause that the doctor also knows has the same code there.
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
  "signal-not-forwarded": {
    level: "finding",
    why: "what stands between PID 1 and the program sends it another signal than the kubelet does, or none, so its shutdown never runs and open requests are cut off",
    mend: 'start the program itself, e.g. ENTRYPOINT ["node", "main.js"]; with pm2, handle SIGINT and set kill_timeout above the drain',
  },
  "entrypoint-repeated": {
    level: "finding",
    why: "ENTRYPOINT and CMD are joined to one command line, so the second one becomes an argument of the first",
    mend: 'leave the interpreter out of CMD, e.g. CMD ["server.mjs"], or set ENTRYPOINT [] in front of it',
  },
  "crlf-script": {
    level: "finding",
    why: "the CR counts as a part of each line: no interpreter has such a name (no such file or directory), and no command has such arguments",
    mend: 'save the script with LF: dos2unix FILE, and a line "*.sh text eol=lf" in .gitattributes',
  },
  "package-manager-entrypoint": {
    level: "finding",
    why: "npm, yarn, and pnpm start the program through a shell: signals and exit codes get lost, and their own memory counts toward the limit",
    mend: 'start the program itself, e.g. ENTRYPOINT ["node", "main.js"]',
  },
  "stop-signal-mismatch": {
    level: "finding",
    why: "container runtimes send the image's STOPSIGNAL; a signal without a handler does nothing to PID 1, or ends it at once",
    mend: "remove STOPSIGNAL from the Dockerfile (the default is SIGTERM), or handle that signal",
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
  "base-outdated": {
    level: "warning",
    why: "the registry has a newer image under the same tag, usually with security fixes that this image lacks",
    mend: "change the digest in the Dockerfile to the tag's, and build again",
  },
  "node-release-ended": {
    level: "finding",
    why: "nobody fixes security problems of this release line of Node.js any more",
    mend: "move to a release line with long-term support: https://github.com/nodejs/Release",
  },
  "node-release-ending": {
    level: "warning",
    why: "after that day nobody fixes security problems of this release line of Node.js",
    mend: "plan the move to a release line with long-term support: https://github.com/nodejs/Release",
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
  "secret-in-configuration": {
    level: "finding",
    why: "the commands and labels of an image are part of its configuration, which everybody who may pull the image can read (docker history --no-trunc)",
    mend: "revoke it now; hand it to a build step with RUN --mount=type=secret, and to the program with a Secret",
  },
  "debugger-open": {
    level: "finding",
    why: "whoever reaches the debugger's port runs code in the pod, with its identity and its secrets",
    mend: "remove --inspect from the image and from NODE_OPTIONS; when you need it, add --inspect=127.0.0.1:9229 and use kubectl port-forward",
  },
  "watch-mode": {
    level: "finding",
    why: "a watcher keeps running when the program crashes, so the kubelet sees no failure and restarts nothing; it also takes memory and hands signals on late",
    mend: 'start the built program itself, e.g. CMD ["node", "dist/main.js"]',
  },
  "tls-verification-off": {
    level: "finding",
    why: "the process accepts any certificate, so whoever stands in between reads and changes its requests, tokens included",
    mend: "remove NODE_TLS_REJECT_UNAUTHORIZED; trust a private authority with NODE_EXTRA_CA_CERTS=/path/ca.crt",
  },
  "heap-over-limit": {
    level: "finding",
    why: "the heap may grow over the pod's memory limit, so V8 does not collect in time and the kernel kills the process (OOMKilled) after hours",
    mend: "remove the option, or let it follow the limit: --max-old-space-size-percentage=60",
  },
  "development-environment": {
    level: "warning",
    why: "libraries run slower, and some of them show stack traces and sources to clients",
    mend: "set NODE_ENV=production",
  },
  "development-packages": {
    level: "warning",
    why: "tools that the program never uses make every pull larger and bring their own vulnerabilities along",
    mend: "install with npm ci --omit=dev (yarn workspaces focus --production, pnpm install --prod) in the last stage",
  },
  "no-ca-certificates": {
    level: "warning",
    why: "programs that trust the system's certificates cannot call any HTTPS service (certificate signed by unknown authority); Node brings its own",
    mend: "copy them from the build stage: COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/",
  },
  "vulnerability-critical": {
    level: "finding",
    why: "attackers know it too, and a version without it exists",
    mend: "update the package, in the base image or among the program's packages",
  },
  "vulnerability-high": {
    level: "finding",
    why: "attackers know it too, and a version without it exists",
    mend: "update the package, in the base image or among the program's packages",
  },
  "vulnerability-medium": {
    level: "warning",
    why: "attackers know it too, and a version without it exists",
    mend: "update the package, in the base image or among the program's packages",
  },
  "vulnerability-low": {
    level: "note",
    why: "a version without it exists",
    mend: "update the package, in the base image or among the program's packages",
  },
  "vulnerability-unrated": {
    level: "warning",
    why: "the database names no severity, so nobody has said yet that it is harmless; a version without it exists",
    mend: "update the package, in the base image or among the program's packages",
  },
  "vulnerability-without-fix": {
    level: "warning",
    why: "attackers know it too, and no version of the package is without it yet",
    mend: "leave the package out if the program does not need it; otherwise read what its maintainers say, and check again",
  },
  "os-packages-unlisted": {
    level: "warning",
    why: "libraries that were copied from a base without its package database are not looked up, so their vulnerabilities stay unknown",
    mend: "scan the base image as well, e.g. npx tarmac check-image --no-run --vulnerabilities any BASE; an image with static programs only has no such libraries",
  },
  "onbuild-triggers": {
    level: "warning",
    why: "ONBUILD runs in the builds of all who use the image as a base, where nobody sees it in the Dockerfile",
    mend: "write the steps into the Dockerfiles that need them",
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
  "user-without-passwd": {
    level: "finding",
    why: "the pod's user has no line in the image's /etc/passwd, and the program asks for its name or home",
    mend: 'add the user while building: RUN echo "app:x:10001:10001::/tmp:/sbin/nologin" >> /etc/passwd, or set what the program asks for (HOME, USER, PGUSER)',
  },
  "waits-for-dependency": {
    level: "finding",
    why: "without that service the pod never becomes ready, and a process that exits because of it ends in CrashLoopBackOff; the rest cannot be checked without it",
    mend: "run the service in a Docker network and check again with --network NAME and --env NAME=VALUE; start without it, and report not ready until it answers",
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
  "path-not-writable": {
    level: "finding",
    why: "the Deployment sets another user than the image's, who may not write there",
    mend: "write to /tmp (HOME=/tmp for tools that write to their home), or mount a volume there (--writable PATH tries that here)",
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
    why: "it works with docker run, but the restrictions of the pod together keep it from starting",
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
  "bound-to-pod-address": {
    level: "warning",
    why: "probes and the Service work, but kubectl port-forward, exec probes to localhost and sidecars are refused",
    mend: "listen on all addresses: for servers that read HOSTNAME (Next.js standalone), set ENV HOSTNAME=0.0.0.0",
  },
  "ipv6-only": {
    level: "finding",
    why: "pods of an AKS cluster have IPv4 addresses unless it is dual-stack, so probes and the Service are refused",
    mend: 'listen on both families: server.listen(port) without a host, or "::" without ipv6Only',
  },
  "https-only": {
    level: "finding",
    why: "probes and the Service speak plain HTTP, so the pod never becomes ready",
    mend: "serve plain HTTP on PORT, and let the ingress or route end TLS",
  },
  "http2-only": {
    level: "finding",
    why: "probes speak HTTP/1.1, and the server understands HTTP/2 without TLS (h2c, gRPC) only",
    mend: "serve the probes' paths over HTTP/1.1, on PORT or on a port of their own; for gRPC use a grpc probe",
  },
  "not-http": {
    level: "finding",
    why: "probes and the Service expect HTTP on this port",
    mend: "answer the probes' paths over HTTP/1.1 on PORT",
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
  "liveness-kills-busy-process": {
    level: "finding",
    why: "the liveness path does not answer while requests run, so the kubelet restarts a busy process and cuts off what it works on",
    mend: "do not block the event loop: move long computations to a worker thread, use the asynchronous functions, and allow a longer timeout (tarmac:livenessTimeoutSeconds)",
  },
  "probes-slow-under-load": {
    level: "warning",
    why: "a probe that fails under load takes the pod out of the Service, and its load goes to the others",
    mend: "answer the probes before other work, raise the CPU limit (--cpu), or allow a longer timeout (tarmac:readinessTimeoutSeconds)",
  },
  "endless-answer": {
    level: "warning",
    why: "the load's path is a stream without an end, so the load says little about memory and failures",
    mend: "name a path that ends with --load-path PATH",
  },
  "workers-per-core": {
    level: "finding",
    why: "os.cpus() counts the cores of the node and not the pod's limit: on a node with 32 cores, 32 workers share its memory limit",
    mend: "take the number of workers from a variable, or start one process per pod and let the Deployment have more replicas",
  },
  zombies: {
    level: "warning",
    why: "processes that have ended keep their entries until nobody can start one any more; PID 1 must collect them",
    mend: 'put an init in front: ENTRYPOINT ["tini", "--", "node", "main.js"], and wait for the processes that the program starts',
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
  "exit-143-after-drain": {
    level: "warning",
    why: "no request was cut, but monitoring counts exit 143 as a failure",
    mend: "exit with 0 once the server is closed",
  },
  "handler-never-exits": {
    level: "finding",
    why: "the signal arrives and is handled, but the process does not end: the kubelet waits for the whole grace period and then kills it (exit 137)",
    mend: "after server.close() call server.closeAllConnections() and process.exit(0); stop timers, and close database connections",
  },
  "waits-for-connections": {
    level: "finding",
    why: "clients and proxies keep their connections open for minutes, so the process is killed at the end of the grace period",
    mend: 'answer with "Connection: close" while draining, then call server.closeIdleConnections() and, near the deadline, server.closeAllConnections()',
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
  "requests-fail-draining": {
    level: "finding",
    why: "load balancers send requests for seconds after SIGTERM; answering them with an error loses what could be served",
    mend: "answer only the readiness path with 503 after SIGTERM, and go on serving everything else until the drain is over",
  },
  "health-fails-draining": {
    level: "finding",
    why: "the liveness probe kills the process in the middle of its shutdown",
    mend: "answer the liveness path with 200 until the server is closed",
  },
} as const satisfies Record<string, Explanation>;

export type Code = keyof typeof codes;
