/** Causes with messages that are met less often than those of `wordings.ts`, each in a minimal observation. */
import type { CauseCode } from "../../../../ops/doctor/causes/causeCodes.ts";
import { before, event, observation, pod, pull } from "./exampleObservations.ts";
import { crashed, creating, main, unplaced, type Wording } from "./wordings.ts";

const image = "reg.example.com/app:v1";

/** Errors of Node.js, npm and drivers, as a container logs them before it ends. */
const logged: readonly [CauseCode, string, string, object?][] = [
  [
    "native-addon-unusable",
    "addon for glibc in an image with musl",
    "Error: Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /app/node_modules/bcrypt/lib/binding/napi-v3/bcrypt_lib.node)\n    at Module._extensions..node (node:internal/modules/cjs/loader:1725:18) {\n  code: 'ERR_DLOPEN_FAILED'\n}\n\nNode.js v22.14.0",
  ],
  [
    "native-addon-unusable",
    "addon for another version of Node.js",
    "Error: The module '/app/node_modules/better-sqlite3/build/Release/better_sqlite3.node'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION 108. This version of Node.js requires\nNODE_MODULE_VERSION 127. Please try re-compiling or re-installing\nthe module (for instance, using `npm rebuild` or `npm install`).\n    at Module._extensions..node (node:internal/modules/cjs/loader:1725:18) {\n  code: 'ERR_DLOPEN_FAILED'\n}",
  ],
  [
    "native-addon-unusable",
    "package without a binary for this platform",
    'Error: Could not load the "sharp" module using the linux-x64 runtime\nPossible solutions:\n- Ensure optional dependencies can be installed:\n    npm install --include=optional sharp\n    at Object.<anonymous> (/app/node_modules/sharp/lib/sharp.js:113:9)',
  ],
  [
    "native-addon-unusable",
    "binary package of another platform",
    "Error: Cannot find module '@rollup/rollup-linux-x64-gnu'\nRequire stack:\n- /app/node_modules/rollup/dist/native.js\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15) {\n  code: 'MODULE_NOT_FOUND'\n}",
  ],
  [
    "native-addon-unusable",
    "addon of another operating system",
    "Error: /app/node_modules/bcrypt/lib/binding/napi-v3/bcrypt_lib.node: invalid ELF header\n    at Module._extensions..node (node:internal/modules/cjs/loader:1460:18) {\n  code: 'ERR_DLOPEN_FAILED'\n}",
  ],
  [
    "native-addon-unusable",
    "addon for musl in an image with glibc",
    "Error: libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory\n    at Module._extensions..node (node:internal/modules/cjs/loader:1460:18) {\n  code: 'ERR_DLOPEN_FAILED'\n}",
  ],
  [
    "native-addon-unusable",
    "query engine that wants an older OpenSSL",
    "PrismaClientInitializationError: Unable to require(`/app/node_modules/.prisma/client/libquery_engine-linux-musl.so.node`).\nThe Prisma engines do not seem to be compatible with your system.\n\nDetails: Error loading shared library libssl.so.1.1: No such file or directory (needed by /app/node_modules/.prisma/client/libquery_engine-linux-musl.so.node)\n    at LibraryEngine.loadEngine (/app/node_modules/@prisma/client/runtime/library.js:111:10128) {\n  clientVersion: '5.22.0'\n}",
  ],
  [
    "read-only-filesystem",
    "npm that writes its cache",
    "npm error code EROFS\nnpm error syscall mkdir\nnpm error path /home/node/.npm\nnpm error errno -30\nnpm error rofs EROFS: read-only file system, mkdir '/home/node/.npm'\nnpm error rofs Often virtualized file systems, or other file systems\nnpm error rofs that don't support symlinks, give this error.",
    { exitCode: 226 },
  ],
  [
    "dependency-unreachable",
    "connection to the pod itself, tried by IPv6 and IPv4",
    "AggregateError [ECONNREFUSED]: \n    at internalConnectMultiple (node:net:1139:18)\nEmitted 'error' event on Commander instance at:\n    at RedisSocket.<anonymous> (/app/node_modules/@redis/client/dist/lib/client/index.js:412:14) {\n  code: 'ECONNREFUSED',\n  [errors]: [\n    Error: connect ECONNREFUSED ::1:6379\n        at createConnectionError (node:net:1677:14) {\n      errno: -111,\n      code: 'ECONNREFUSED'\n    }\n  ]\n}",
  ],
  [
    "dependency-unreachable",
    "database that Prisma does not reach",
    "Error: P1001: Can't reach database server at `db:5432`\n\nPlease make sure your database server is running at `db:5432`.",
  ],
  [
    "dependency-unreachable",
    "database that MySQL does not reach",
    "ERROR 2003 (HY000): Can't connect to MySQL server on 'db:3306' (111)",
  ],
  [
    "module-not-found",
    "import of an ES module without its extension",
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/app/dist/routes' imported from /app/dist/server.js\nDid you mean to import \"/app/dist/routes.js\"?\n    at finalizeResolution (node:internal/modules/esm/resolve:275:11) {\n  code: 'ERR_MODULE_NOT_FOUND'\n}",
  ],
  [
    "application-error",
    "import in a file that is CommonJS",
    'import express from "express";\n^^^^^^\n\nSyntaxError: Cannot use import statement outside a module\n    at wrapSafe (node:internal/modules/cjs/loader:1638:18)\n\nNode.js v22.14.0',
  ],
  [
    "application-error",
    "script that npm does not find",
    'npm error Missing script: "start:prod"\nnpm error\nnpm error To see a list of scripts, run:\nnpm error   npm run',
  ],
  [
    "application-error",
    "option that NODE_OPTIONS does not take",
    "/usr/local/bin/node: --expose-gc is not allowed in NODE_OPTIONS",
    { exitCode: 9 },
  ],
  ["application-error", "kill that nothing explains", "listening on 8080", { exitCode: 137 }],
  [
    "entrypoint-not-found",
    "script with line ends of Windows",
    "exec /usr/local/bin/docker-entrypoint.sh: no such file or directory",
    { exitCode: 255 },
  ],
];

/** Pulls that something other than the registry answers. */
const intercepted: readonly [CauseCode, string, string, string][] = [
  [
    "registry-firewall",
    "open registry that seems to refuse the node",
    "mcr.microsoft.com/dotnet/aspnet:8.0",
    'failed to resolve reference "mcr.microsoft.com/dotnet/aspnet:8.0": unexpected status from HEAD request to https://mcr.microsoft.com/v2/dotnet/aspnet/manifests/8.0: 403 Forbidden',
  ],
  [
    "registry-server-error",
    "web page instead of an image",
    "reg.example.com/web:1",
    "failed to unpack image on snapshotter overlayfs: unexpected media type text/html for sha256:1f: not found",
  ],
];

const claimOf = (storageClassName: string) => ({
  storage: {
    claims: [{ metadata: { name: "data" }, spec: { storageClassName }, status: { phase: "Pending" } }],
    classes: [{ metadata: { name: storageClassName }, provisioner: "file.csi.azure.com" }],
    volumes: [],
  },
});

export const seldomWordings: readonly Wording[] = [
  ...logged.map(([code, made, log, end]): Wording => ({ code, made, seen: () => crashed(log, {}, end) })),
  ...intercepted.map(([code, made, image, words]): Wording => ({
    code,
    made,
    seen: () => observation(pull("web-1", image, words)),
  })),
  {
    code: "pull-secret-wrong-password",
    made: "private repository of Docker Hub, and a wrong password for it",
    seen: () =>
      observation({
        ...pull(
          "web-1",
          "acme/web:1.4.0",
          'failed to resolve reference "docker.io/acme/web:1.4.0": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
          { imagePullSecrets: [{ name: "hub" }] },
        ),
        pullSecrets: {
          hub: { exists: true, elsewhere: [], hosts: ["https://index.docker.io/v1/"], signIn: "refused" },
        },
      }),
  },
  {
    code: "subnet-full",
    made: "network plugin of Azure without an address",
    seen: () =>
      creating(
        "FailedCreatePodSandBox",
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "9f": plugin type="azure-vnet" failed (add): IPAM Invoker Add failed with error: Failed to get IP address from CNS: http request failed: AllocateIPConfig failed: no IP available',
      ),
  },
  {
    code: "volume-not-mounted",
    made: "share that refuses the account's key",
    seen: () =>
      creating(
        "FailedMount",
        'MountVolume.MountDevice failed for volume "pvc-1f" : rpc error: code = Internal desc = volume(rg#st#share#) mount //st.file.core.windows.net/share on /var/lib/kubelet/plugins/x failed with mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t cifs -o dir_mode=0777\nOutput: mount error(13): Permission denied\nRefer to the mount.cifs(8) manual page',
        { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
      ),
  },
  {
    code: "volume-not-mounted",
    made: "NFS server that does not export to the node",
    seen: () =>
      creating(
        "FailedMount",
        'MountVolume.SetUp failed for volume "share" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs 10.0.0.4:/export /var/lib/kubelet/pods/x/share\nOutput: mount.nfs: access denied by server while mounting 10.0.0.4:/export',
        { volumes: [{ name: "share", nfs: { server: "10.0.0.4", path: "/export" } }] },
      ),
  },
  {
    code: "volume-not-bound",
    made: "driver that may not create a storage account",
    seen: () =>
      unplaced(
        "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
        { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
        {
          ...claimOf("azurefile"),
          events: [
            {
              ...event(
                "data",
                "ProvisioningFailed",
                'failed to provision volume with StorageClass "azurefile": rpc error: code = Internal desc = failed to ensure storage account: {"error":{"code":"AuthorizationFailed","message":"The client does not have authorization to perform action \'Microsoft.Storage/storageAccounts/write\'"}}',
              ),
              involvedObject: { kind: "PersistentVolumeClaim", name: "data" },
            },
          ],
        },
      ),
  },
  {
    code: "volume-not-bound",
    made: "more disks than a node takes",
    seen: () => unplaced("0/2 nodes are available: 2 node(s) exceed max volume count."),
  },
  {
    code: "insufficient-cpu",
    made: "autoscaler at its maximum",
    seen: () =>
      unplaced(
        "0/3 nodes are available: 3 Insufficient cpu.",
        { containers: [main({ resources: { requests: { cpu: "500m" } } })] },
        {
          events: [event("web-1", "NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max node group size reached")],
        },
      ),
  },
  {
    code: "job-kept-by-container",
    made: "Job whose proxy goes on running",
    seen: () => {
      const one = pod("load-x", {
        metadata: {
          creationTimestamp: before(140),
          ownerReferences: [{ kind: "Job", name: "load", apiVersion: "batch/v1", uid: "j", controller: true }],
        },
        status: {
          ready: false,
          state: {
            terminated: { exitCode: 0, reason: "Completed", startedAt: before(135), finishedAt: before(130) },
          },
        },
        spec: { restartPolicy: "Never", containers: [main(), { name: "istio-proxy", image }] },
      });
      one.status?.containerStatuses?.push({
        name: "istio-proxy",
        image,
        imageID: "",
        ready: true,
        restartCount: 0,
        state: { running: { startedAt: before(135) } },
      });
      const job = {
        metadata: { name: "load", uid: "j", creationTimestamp: before(140) },
        spec: { template: { spec: one.spec } },
        status: { active: 1 },
      };
      return observation({ pods: [one], jobs: [job] });
    },
  },
  {
    code: "cronjob-failing",
    made: "CronJob that its hanging Job keeps from starting",
    seen: () => {
      const spec = { template: { spec: { containers: [main()] } } };
      const cronJob = {
        metadata: { name: "sync", uid: "cj", creationTimestamp: before(90_000) },
        spec: { schedule: "*/5 * * * *", concurrencyPolicy: "Forbid", jobTemplate: { spec } },
        status: { active: [{ name: "sync-1" }], lastScheduleTime: before(60_000) },
      };
      const job = {
        metadata: {
          name: "sync-1",
          uid: "j1",
          creationTimestamp: before(60_000),
          ownerReferences: [{ kind: "CronJob", name: "sync", uid: "cj", apiVersion: "batch/v1" }],
        },
        spec,
        status: { active: 1, startTime: before(60_000) },
      };
      const skipped = {
        ...event(
          "sync",
          "JobAlreadyActive",
          "Not starting job because prior execution is running and concurrency policy is Forbid",
        ),
        involvedObject: { kind: "CronJob", name: "sync", uid: "cj" },
        firstTimestamp: before(3000),
        count: 12,
      };
      return observation({ cronJobs: [cronJob], jobs: [job], events: [skipped] });
    },
  },
];
