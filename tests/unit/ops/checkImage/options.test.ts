import { help } from "../../../../ops/checkImage/help.ts";
import { readOptions } from "../../../../ops/checkImage/options.ts";

it("has the defaults that the help names", () => {
  expect(readOptions(["hello:1"])).toMatchObject({
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
    "--no-run --timeout 60 --json --stack prod app";
  expect(readOptions(args.split(" "))).toEqual({
    help: false,
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
  });
});

it.each([
  [[], "name an image, a folder with a Dockerfile, or a stack whose folder to build (--stack NAME)"],
  [["a", "b"], 'one image or folder at a time, not "a" and "b"'],
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
  [["a", "--nonsense"], "Unknown option '--nonsense'"],
])("refuses %j", (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});

it("names every problem at once", () => {
  expect(() => readOptions(["a", "--cpu", "x", "--port", "y"])).toThrow(/--port.*\n?[\s\S]*--cpu|--cpu[\s\S]*--port/);
});

it("describes in its help each option that it takes", () => {
  const taken = [...help.matchAll(/^ {2}(?:-h, )?--([a-z-]+)/gm)].map(([, name]) => name ?? "");
  expect(taken).toHaveLength(25);
  for (const name of taken) {
    // Each is known: what is refused is at most its missing value.
    let said = "";
    try {
      readOptions(["app", `--${name}`]);
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).not.toContain("Unknown option");
  }
});
