export const help = `
npm run check-image -- [OPTIONS] IMAGE | PATH

Runs an image on the Docker engine of this machine as a restricted pod would run it, and says what would go wrong in
Kubernetes. IMAGE is pulled when the engine does not have it; PATH, a folder with a Dockerfile, is built first.

  npm run check-image -- app
  npm run check-image -- --stack prod myregistry.azurecr.io/hello:1.4.2

What the Deployment gives it
  --stack NAME           everything from Pulumi.NAME.yaml; the options below win over it. Default: the defaults of tarmac's
                         settings, and stack "local" when the local environment's engine is used
  --memory AMOUNT        memory limit, e.g. 256Mi
  --cpu AMOUNT           CPU limit, e.g. 500m
  --user ID              user and group of the process (10001)
  --port NUMBER          what PORT says (8080)
  --env NAME=VALUE       an environment variable; may be repeated
  --tmp-size AMOUNT      size of the writable /tmp (64Mi)
  --writable PATH        a folder that a volume makes writable; may be repeated
  --health-path PATH     path of the liveness probe (/healthz)
  --ready-path PATH      path of the readiness probe (/ready)
  --ready-within SECONDS from the start to ready (delay + period * failures of the readiness probe: 15)
  --drain SECONDS        what DRAIN_SECONDS says (5)
  --grace SECONDS        from SIGTERM to SIGKILL (grace period less preStop: 25)
  --platform NAME        the nodes' platform (the stack's, or linux/amd64)

How it is built (PATH)
  --dockerfile FILE      default: Dockerfile in PATH
  --build-arg NAME=VALUE may be repeated; wins over the stack's buildArgs
  --target STAGE         default: the last

How it is checked
  --size-budget SIZE     largest compressed size, e.g. 100MB
  --requests NUMBER      requests of the small load (2000)
  --connections NUMBER   at a time (20)
  --load-path PATH       what is asked for (/)
  --no-run               look at the image only
  --timeout SECONDS      for everything but building and pulling (300)
  --json                 for programs: { image, findings, checks, ... }
  -h, --help             this text

Exit code: 0 nothing found (warnings and notes do not count), 1 findings, 2 could not check, and why.
docs/check-image.md explains every finding.
`.trim();
