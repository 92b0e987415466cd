/** `npm run scan`: runs scanners on the repository. Each is installed into the cache at a pinned version on first use. */
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { commandLine } from "../commandLine.ts";
import { checkoutFolder, nodeBinary } from "../layout.ts";
import { buildOnDemand } from "./buildOnDemand.ts";
import { binaryOf } from "./goBuild.ts";
import { pythonPackages } from "./pythonPackages.ts";
import type { Tool } from "./tools.ts";

const gitleaks: Tool = {
  name: "gitleaks",
  title: "gitleaks",
  package: "github.com/zricethezav/gitleaks/v8",
  module: "github.com/zricethezav/gitleaks/v8",
  versionFlags: ["github.com/zricethezav/gitleaks/v8/version.Version={n}"],
  programs: ["gitleaks"],
  buildMinutes: 1,
};

const kubeScore: Tool = {
  name: "kube-score",
  title: "kube-score",
  package: "github.com/zegl/kube-score/cmd/kube-score",
  module: "github.com/zegl/kube-score",
  versionFlags: ["main.version={n}"],
  programs: ["kube-score"],
  buildMinutes: 1,
};

/** Accepted findings of kube-score, which has no configuration file. */
const kubeScoreIgnores = [
  // The number is that of the creation. Pulumi ignores it afterwards (`ignoreChanges`), so no update works against the autoscaler.
  "deployment-targeted-by-hpa-does-not-have-replicas-configured",
  // A sandbox has one pod on purpose (Pulumi.sandbox.yaml).
  "deployment-replicas",
];

interface Scan {
  name: string;
  program: string;
  args: string[];
  /** What it reads from standard input. */
  input?: string;
}

/** The environments: every stack file but the local environment's. */
const environments = readdirSync(checkoutFolder).flatMap(
  (file) => /^Pulumi\.(?!local\.|sandbox-)(.+)\.yaml$/.exec(file)?.[1] ?? [],
);

/** What a stack file makes on a cluster. @throws Error when the program fails */
const manifestsOf = (stack: string): string =>
  execFileSync(nodeBinary, [join("tests", "manifests", "renderManifests.ts"), stack], {
    ...{ cwd: checkoutFolder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  });

/** Each exits with another code than 0 when it finds something. */
async function scans(): Promise<Scan[]> {
  const programs = await pythonPackages("scanners", "checkov, hadolint and zizmor");
  await buildOnDemand(gitleaks, kubeScore);
  return [
    { name: "gitleaks", program: binaryOf(gitleaks), args: ["dir", ".", "--no-banner", "--redact"] },
    { name: "zizmor", program: join(programs, "zizmor"), args: ["--offline", "--quiet", ".github"] },
    { name: "hadolint", program: join(programs, "hadolint"), args: ["app/Dockerfile"] },
    { name: "checkov", program: join(programs, "checkov"), args: ["--directory", "."] },
    ...environments.map((stack) => ({
      ...{ name: `kube-score on ${stack}`, program: binaryOf(kubeScore), input: manifestsOf(stack) },
      args: ["score", ...kubeScoreIgnores.flatMap((name) => ["--ignore-test", name]), "-"],
    })),
  ];
}

const help = `npm run scan

Runs gitleaks, zizmor, hadolint and checkov on the repository, and kube-score on what each stack file makes on a cluster. They are
installed on first use, at the versions that this checkout pins, into the cache of tools (needs Go and Python 3 with venv).
Findings that are accepted are listed with their reasons in .gitleaks.toml, .github/zizmor.yml, .checkov.yaml and, for kube-score,
in local/toolchain/scan.ts.

  -h, --help   this text

Exit code: 0 no findings, 1 findings, 2 could not run.
`;

if (import.meta.main) {
  commandLine(help, {});
  try {
    for (const { name, program, args, input } of await scans()) {
      process.stdout.write(`${name}\n`);
      const { status, error } = spawnSync(program, args, {
        ...{ cwd: checkoutFolder, stdio: [input === undefined ? "ignore" : "pipe", "inherit", "inherit"] },
        ...(input === undefined ? {} : { input }),
      });
      if (error !== undefined) throw error;
      if (status !== 0) {
        process.stdout.write(`${name} has findings.\n`);
        process.exitCode = 1;
      }
    }
  } catch (error) {
    process.stderr.write(`The scanners could not run: ${(error as Error).message}\n`);
    process.exitCode = 2;
  }
}
