import { readOptions } from "../../../../ops/previewReport/options.ts";
import { previewArguments } from "../../../../ops/previewReport/preview.ts";

describe("the command line", () => {
  it("previews what a change touches, and posts it", () => {
    expect(readOptions(["--base", "HEAD^1", "--post"])).toMatchObject({
      ...{ base: "HEAD^1", stacks: [], post: true, label: "preview-override", author: "github-actions[bot]" },
    });
  });

  it("takes several stacks, each once", () => {
    expect(readOptions(["--stack", "dev", "-s", "prod", "-s", "dev"]).stacks).toEqual(["dev", "prod"]);
  });

  it.each([
    [[], "say what to preview: --base REVISION for what a change touches, or --stack NAME"],
    [["--stack", "dev; rm -rf /"], '--stack: "dev; rm -rf /" is not the name of a stack'],
    [["--stack", "--post"], "argument is ambiguous"],
    [["--judge", "a", "--stack", "dev"], "--judge previews nothing: leave out --stack"],
    [["--judge", "a", "--collect", "b"], "--collect and --judge are two steps: one at a time"],
    [["--base", "x", "--collect", "b", "--post"], "--collect only collects: leave out --post"],
    [["--base", "x", "--config-file", "f"], "--config-file: it has the settings of one stack: name it with --stack"],
    [["--stack", "dev", "--image"], "--image: with what to compare it says --base REVISION"],
    [["--base", "x", "--pull-request", "0"], '--pull-request: "0" is not the number of a pull request'],
    [["--base", "x", "--post", "--override"], "--override: with --post the pull request's label decides"],
  ])("refuses %j", (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});

describe("the preview", () => {
  it("goes on over what is protected, and changes nothing", () => {
    expect(previewArguments({ stack: "dev", folder: "." })).toEqual([
      ...["preview", "--json", "--stack", "dev", "--ignore-protect"],
    ]);
  });

  it("is held to the stack's policies", () => {
    const policyPack = { folder: "policy", config: "policy/config/dev.json" };
    expect(previewArguments({ stack: "dev", folder: ".", configFile: "c.yaml", policyPack })).toEqual([
      ...["preview", "--json", "--stack", "dev", "--config-file", "c.yaml", "--ignore-protect"],
      ...["--policy-pack", "policy", "--policy-pack-config", "policy/config/dev.json"],
    ]);
  });
});
