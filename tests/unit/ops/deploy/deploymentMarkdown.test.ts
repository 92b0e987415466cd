import { deployedMarkdown, failedMarkdown } from "../../../../ops/deploy/deploymentMarkdown.ts";

const service = {
  ...{ name: "hello", namespace: "shop", podLabels: {} },
  ...{ image: "registry/hello:1@sha256:a", address: "http://203.0.113.7" },
};
const tried = { service, seen: ["3 pods, all ready, all of sha256:a"], problems: [] as string[], failing: false };

test("a deployment that passed says what was seen", () => {
  expect(deployedMarkdown({ stack: "dev", tried: [tried] })).toBe(
    "### dev: deployed\n\n`registry/hello:1@sha256:a` at `http://203.0.113.7`\n\n- ✓ 3 pods, all ready, all of sha256:a\n\n",
  );
});

test("one that did not pass says what was wrong, and how to go back", () => {
  const problems = ["20 of 20 requests for /ready at http://203.0.113.7: 503"];
  const back = "Roll back to the last good image: npx tarmac deploy dev --rollback";
  const text = deployedMarkdown({ stack: "dev", tried: [{ ...tried, seen: [], problems }], back });
  expect(text).toContain("### dev: deployed, but did not pass the smoke test");
  expect(text).toContain("- ✗ 20 of 20 requests for /ready at http&#58;//203.0.113.7: 503");
  expect(text.trim().endsWith(back)).toBe(true);
});

test("each of several services is named, even one without an address", () => {
  const job = {
    ...tried,
    service: { name: "job", namespace: "shop", podLabels: {} },
    seen: [],
    problems: ["there are no pods"],
  };
  const text = deployedMarkdown({ stack: "dev", tried: [tried, job] });
  expect(text).toContain("**hello**: `registry/hello:1@sha256:a` at `http://203.0.113.7`\n\n- ✓ 3 pods");
  expect(text).toContain("**job**: `an unknown image`\n\n- ✗ there are no pods");
});

test("a failure shows the error and the diagnosis verbatim, without interpreting markup", () => {
  const text = failedMarkdown({
    ...{ stack: "dev", error: "```\n**boom** @everyone", serving: "The pods from before still serve." },
    ...{ diagnosis: "hello: killed for its memory (oom-killed)", back: "Return" },
  });
  expect(text).toContain("````text\n```\n**boom** @everyone\n````");
  expect(text).toContain("The doctor's report:\n\n```text\nhello: killed for its memory (oom-killed)\n```");
});

test("without a diagnosis or a way back, none is promised", () => {
  const text = failedMarkdown({ stack: "dev", error: "quota", serving: "The service has not been deployed before." });
  expect(text).not.toMatch(/doctor|Return|undefined/);
});
