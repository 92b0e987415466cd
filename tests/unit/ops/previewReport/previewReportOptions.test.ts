import { addPreviewReport } from "../../../../ops/commands/previewReport.ts";
import { readOptions, type GivenOptions } from "../../../../ops/previewReport/previewReportOptions.ts";
import { previewArguments } from "../../../../ops/previewReport/runPreview.ts";
import { parsedCommand } from "../../../parsedCommand.ts";

const read = (args: readonly string[]) => readOptions(parsedCommand<GivenOptions>(addPreviewReport, args).options);

describe("the command line", () => {
  it("previews what a change touches, and posts it", () => {
    expect(read(["--base", "HEAD^1", "--post"])).toMatchObject({
      ...{ base: "HEAD^1", stacks: [], post: true, label: "preview-override", author: "github-actions[bot]" },
    });
  });

  it("accepts several stacks, each once", () => {
    expect(read(["--stack", "dev", "-s", "prod", "-s", "dev"]).stacks).toEqual(["dev", "prod"]);
  });

  it("accepts the previewed environments as a list or as a repository's variable", () => {
    expect(read(["--base", "x"]).previewed).toBeUndefined();
    expect(read(["--base", "x", "--previewed", "dev, staging"]).previewed).toEqual(["dev", "staging"]);
    expect(read(["--judge", "x", "--previewed", '["dev", "staging"]']).previewed).toEqual(["dev", "staging"]);
  });

  it.each([
    [["--base", "x", "--previewed", '["dev"'], '--previewed: ["dev" is not a list of environments'],
    [["--base", "x", "--previewed", "dev;x"], '"dev;x" is not the name of a stack'],
    [[], "name what to preview: --base REVISION for what a change touches, or a stack"],
    [["--stack", "dev; rm -rf /"], '"dev; rm -rf /" is not the name of a stack'],
    [["--stack", "--post"], '"--post" is not the name of a stack'],
    [["--judge", "a", "--stack", "dev"], "--judge does not preview: omit a stack"],
    [["--judge", "a", "--collect", "b"], "--collect and --judge are two steps: use one at a time"],
    [["--base", "x", "--collect", "b", "--post"], "--collect only collects: omit --post"],
    [
      ["--base", "x", "--config-file", "f"],
      "--config-file has the settings of one stack: name that stack, and no other",
    ],
    [["--stack", "dev", "--image"], "--image compares with --base REVISION: name it"],
    [["--base", "x", "--pull-request", "0"], '--pull-request: "0" is not the number of a pull request'],
    [
      ["--base", "x", "--post", "--override"],
      "--override and --post exclude each other: the pull request's label decides",
    ],
  ])("refuses %j", (args, message) => {
    expect(() => read(args)).toThrow(message);
  });
});

describe("the preview", () => {
  it("continues past protected resources, and changes nothing", () => {
    expect(previewArguments({ stack: "dev", folder: "." })).toEqual([
      ...["preview", "--json", "--stack", "dev", "--ignore-protect"],
    ]);
  });

  it("saves the plan that an update must follow, with the real resources", () => {
    expect(previewArguments({ stack: "dev", folder: ".", savePlan: "plan.json", refresh: true })).toEqual([
      ...["preview", "--json", "--stack", "dev", "--ignore-protect", "--refresh", "--save-plan", "plan.json"],
    ]);
  });

  it("applies the stack's policies", () => {
    const policyPack = { folder: "policy", config: "policy/config/dev.json" };
    expect(previewArguments({ stack: "dev", folder: ".", configFile: "c.yaml", policyPack })).toEqual([
      ...["preview", "--json", "--stack", "dev", "--config-file", "c.yaml", "--ignore-protect"],
      ...["--policy-pack", "policy", "--policy-pack-config", "policy/config/dev.json"],
    ]);
  });
});
