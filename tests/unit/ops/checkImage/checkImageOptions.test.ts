import { addCheckImage } from "../../../../ops/commands/checkImage.ts";
import { readOptions, type GivenOptions, type Options } from "../../../../ops/checkImage/checkImageOptions.ts";
import { parsedCommand } from "../../../parsedCommand.ts";

function read(args: readonly string[]): Options {
  const {
    args: [subject],
    options,
  } = parsedCommand<GivenOptions>(addCheckImage, args);
  return readOptions(options, subject as string | undefined);
}

it("has the defaults that the help names", () => {
  expect(read(["hello:1"])).toMatchObject({
    subject: "hello:1",
    run: true,
    json: false,
    platform: undefined,
    timeoutSeconds: 300,
    writable: [],
    load: { path: "/", requests: 2000, connections: 20 },
  });
});

it("reads every option", () => {
  const args =
    "--memory 128Mi --cpu 250m --user 1000 --port 9000 --env A=1 --env B=x=y --tmp-size 8Mi --writable /data " +
    "--health-path /live --ready-path /ok --ready-within 2.5 --drain 1 --grace 8 --platform linux/arm64 " +
    "--dockerfile D --build-arg V=1 --target t --size-budget 80MB --requests 10 --connections 2 --load-path /x " +
    "--no-run --timeout 60 --json --stack prod --network shop --accept setuid-files --policy p.yaml --sarif a.sarif --junit b.xml " +
    "--vulnerabilities any --database-age 9 app";
  expect(read(args.split(" "))).toEqual({
    json: true,
    run: false,
    subject: "app",
    stack: "prod",
    timeoutSeconds: 60,
    workload: {
      limits: { memory: "128Mi", cpu: "250m" },
      userId: 1000,
      port: 9000,
      environment: { A: "1", B: "x=y" },
      tmpSize: "8Mi",
      liveness: { path: "/live" },
      readiness: { path: "/ok" },
      drainSeconds: 1,
    },
    writable: ["/data"],
    platform: "linux/arm64",
    readyWithin: 2500,
    grace: 8000,
    sizeBudget: 80e6,
    load: { path: "/x", requests: 10, connections: 2 },
    build: { dockerfile: "D", target: "t", buildArgs: { V: "1" } },
    scan: { scanner: "any", databaseDays: 9 },
    network: "shop",
    accept: ["setuid-files"],
    policy: "p.yaml",
    reports: { sarif: "a.sarif", junit: "b.xml" },
  });
});

it("scans only when it is asked to, by default with a database of at most 5 days", () => {
  expect(read(["hello:1"])).not.toHaveProperty("scan");
  expect(read(["--vulnerabilities", "trivy", "hello:1"]).scan).toEqual({ scanner: "trivy", databaseDays: 5 });
  expect(() => read(["--vulnerabilities", "snyk", "hello:1"])).toThrow("Allowed choices are any, grype, trivy");
});

it.each([
  [
    ["--database-age", "9", "x"],
    "--database-age: it is the age of a scanner's database: name the scanner with --vulnerabilities",
  ],
  [["--vulnerabilities", "any", "--database-age", "0", "x"], "--database-age:"],
  [
    [],
    "name an image, a folder with a Dockerfile, a Dockerfile, an image as a file, or a stack whose folder to build (--stack NAME)",
  ],
  [["a", "b"], "too many arguments for 'check-image'"],
  [["a", "--memory", "256MB"], '--memory: "256MB" is not an amount of memory'],
  [["a", "--cpu", "1Gi"], '--cpu: "1Gi" is not an amount of CPU'],
  [["a", "--user", "node"], '--user: "node" is not a whole number'],
  [["a", "--user", "0"], "--user: 0 is out of range"],
  [["a", "--port", "70000"], "--port: 70000 is out of range: use a whole number from 1 to 65535"],
  [["a", "--env", "A"], '--env: "A" is not NAME=VALUE'],
  [["a", "--ready-within", "0"], '--ready-within: "0" is not a number of seconds'],
  [["a", "--size-budget", "big"], '--size-budget: "big" is not a size: write e.g. "100MB"'],
  [["a", "--writable", "data"], '--writable: "data" is not a path from the root'],
  [["a", "--ready-path", "ready"], "--ready-path:"],
  [
    ["a", "--accept", "setuid-file"],
    '--accept: "setuid-file" is not a code of a finding; did you mean "setuid-files"?',
  ],
  [["a", "--nonsense"], "unknown option '--nonsense'"],
])("refuses %j", (args, message) => {
  expect(() => read(args)).toThrow(message);
});

it("names every problem at once", () => {
  expect(() => read(["a", "--cpu", "x", "--port", "y"])).toThrow(/--port.*\n?[\s\S]*--cpu|--cpu[\s\S]*--port/);
});
