import { endDeployments, recordDeployment } from "../../../../ops/github/deployments.ts";
import { GitHubClient } from "../../../../ops/github/gitHubClient.ts";
import { GitHubStandIn } from "../../../githubStandIn/gitHubStandIn.ts";

// Octokit keeps writes seconds apart. `gitHubClient.test.ts` tries its pauses.
jest.mock("@octokit/plugin-throttling", () => ({ throttling: () => ({}) }));

let github: GitHubStandIn;
beforeEach(async () => (github = await new GitHubStandIn().start()));
afterEach(() => github.stop());

test("a commit that returns, as after a forced push, gets a deployment of its own, and only one is active at a time", async () => {
  const client = new GitHubClient({ token: github.token, say: () => undefined, apiUrl: github.url });
  const shared = { repository: github.repository, environment: "sandbox/pr-7", description: "runs" };
  const states = () => github.deployments.states("sandbox/pr-7");
  for (const commit of ["aaa", "bbb", "bbb", "aaa"])
    await recordDeployment(client, { ...shared, state: "success" }, commit);
  expect(github.deployments.all.map(({ sha }) => sha)).toEqual(["aaa", "bbb", "aaa"]);
  expect(states()).toEqual(["success", "inactive", "inactive"]);
  await endDeployments(client, shared);
  expect(states()).toEqual(["inactive", "inactive", "inactive"]);
});
