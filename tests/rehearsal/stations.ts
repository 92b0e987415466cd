/**
 * The stations of the rehearsal, in order. Each simulates events of a repository and checks the result.
 * `npm run rehearsal` runs them, and so does an end-to-end test.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { setDelays, simulation } from "../../local/stack/simulation.ts";
import { resourcesOf } from "../e2e/azureQueries.ts";
import type { JobRun } from "./actLog.ts";
import type { WorkflowRun } from "./actRun.ts";
import { forgeReport } from "./forgedReport.ts";
import { newNamespace, type OpenPullRequest, type Rehearsal, sandboxStack, stack } from "./rehearsal.ts";

/** A result that is not the expected one. */
export class Unexpected extends Error {}

export interface Teller {
  /** Prints what was checked. @throws Unexpected when it does not hold */
  expect: (what: string, holds: boolean, seen?: string) => void;
  /** Prints lines of a command's output. */
  quote: (lines: readonly string[]) => void;
}

export interface Station {
  /** What `--stations` calls it. */
  name: string;
  title: string;
  /** Names of the stations that must be played before. The first one is played before any other. */
  needs?: readonly string[];
  play: (rehearsal: Rehearsal, teller: Teller) => Promise<void>;
}

/** The lines of a text that match. */
const linesOf = (text: string, pattern: RegExp) => text.split(/\r?\n/).filter((line) => pattern.test(line));

/**
 * @param id e.g. "deploy", or "staging/deploy" of the workflow that the job `staging` called
 * @throws Unexpected when the job did not run in any of the runs
 */
function jobOf(runs: WorkflowRun | readonly WorkflowRun[], id: string): JobRun {
  const jobs = [runs].flat().flatMap((run) => run.jobs);
  const [own, caller] = id.split("/").toReversed();
  const job = jobs.find((one) => one.id === own && (caller === undefined || one.path.startsWith(`${caller}/`)));
  if (job !== undefined) return job;
  throw new Unexpected(`the job "${id}" did not run; these did: ${jobs.map(({ path }) => path).join(", ") || "none"}`);
}

/** Checks the result of a job. @throws Unexpected with all of its output */
function ended(
  runs: WorkflowRun | readonly WorkflowRun[],
  id: string,
  result: JobRun["result"],
  teller: Teller,
): JobRun {
  const job = jobOf(runs, id);
  teller.expect(`the job ${job.path} ends with ${result}`, job.result === result, job.said);
  return job;
}

/** Checks which jobs another attempt left as they were. @throws Unexpected */
function kept(run: WorkflowRun, ids: readonly string[], teller: Teller): void {
  const found = run.kept.map(({ id }) => id);
  teller.expect(`runs again, except ${ids.join(", ") || "nothing"}`, found.join() === ids.join(), found.join());
}

/** Asks every second. @throws Unexpected after two minutes */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let second = 0; second < 120; second++) {
    if (await holds()) return;
    await sleep(1000);
  }
  throw new Unexpected(`not within two minutes: ${what}`);
}

const clustersOf = async (of: string) => (await resourcesOf(of)).filter((id) => /\/managedClusters\/[^/]+$/i.test(id));

const digestOf = (image: string) => image.split("@")[1];

let greeting: OpenPullRequest;
const stopped = "## Preview: stopped";
const rollsBack = /rolling \S+ back to \S+/;

const changeGreeting = ({ repository }: Rehearsal) =>
  repository.set(stack, { environment: { GREETING: "hello" }, namespace: newNamespace });

export const stations: readonly Station[] = [
  {
    name: "first-deployment",
    title:
      "The first deployment is canceled while Azure creates the cluster; running it again takes over what it began",
    async play(rehearsal, teller) {
      await setDelays({ clusterSeconds: 20 });
      try {
        const first = await rehearsal.startPush();
        await until("Azure creates the cluster", async () => {
          const { operationsInProgress } = (await simulation("GET", "inventory")) as { operationsInProgress: object[] };
          return JSON.stringify(operationsInProgress).includes("managedClusters");
        });
        const canceled = await first.cancel();
        teller.expect("the job did not succeed", jobOf(canceled, "deploy").result !== "success");
      } finally {
        await setDelays({});
      }
      const { said, summary } = ended(await rehearsal.rerun(), "deploy", "success", teller);
      teller.quote(linesOf(said, /importing it into the state|^ {2}ok:|^tagged|which is good/));
      teller.expect("its image has a tag with the commit", /^tagged \S+ with commit-[0-9a-f]{40}$/m.test(said), said);
      teller.expect("there is one cluster", (await clustersOf(stack)).length === 1);
      teller.expect("the run's page says that it is deployed", /^### dev: deployed$/m.test(summary), summary);
      teller.expect("the service answers", (await rehearsal.ask()) === 200);
    },
  },
  {
    name: "preview",
    title:
      "A pull request to another branch starts nothing; to main, it is previewed and stopped, because it replaces the namespace",
    async play(rehearsal, teller) {
      await rehearsal.repository.git("branch", "side", "main");
      const open = await rehearsal.openPullRequest(7, "feature/greeting", () => changeGreeting(rehearsal), {
        base: "side",
      });
      teller.expect("no workflow starts", (await rehearsal.activity(open, "opened")).length === 0);
      greeting = await rehearsal.retarget(open, "main");
      const runs = await rehearsal.activity(greeting, "edited");
      ended(runs, "collect", "success", teller);
      ended(runs, "report", "failure", teller);
      const comment = rehearsal.comment();
      teller.quote(linesOf(comment, /^## |\*\*(?:replaces|deletes)\*\*/));
      teller.expect("the comment on the pull request says that it is stopped", comment.includes(stopped), comment);
      teller.expect(
        "and why",
        /`dev` \*\*(?:replaces|deletes)\*\* `\S+ \(kubernetes:core\/v1:Namespace\)`/.test(comment),
        comment,
      );
    },
  },
  {
    name: "fork",
    title: "The same change from a fork: no identity, no comment, and no way past the gate",
    async play(rehearsal, teller) {
      const pull = await rehearsal.openPullRequest(20, "fork/greeting", () => changeGreeting(rehearsal), {
        fork: true,
      });
      pull.github.author = "mallory";
      const runs = await rehearsal.activity(pull, "opened");
      ended(runs, "collect", "success", teller);
      const { said } = ended(runs, "report", "failure", teller);
      teller.expect("nothing was previewed", said.includes("a pull request from a fork gets no credentials"), said);
      teller.expect("nothing was written to it", pull.github.comments.length === 0);
    },
  },
  {
    name: "forged-report",
    title: "A pull request whose own code forges a report that it touches nothing",
    async play(rehearsal, teller) {
      const pull = await rehearsal.openPullRequest(21, "forged", () => {
        changeGreeting(rehearsal);
        forgeReport(rehearsal.repository);
      });
      const runs = await rehearsal.activity(pull, "opened");
      ended(runs, "collect", "success", teller);
      ended(runs, "report", "failure", teller);
      const comment = rehearsal.comment(pull.github);
      teller.quote(linesOf(comment, /^## |`dev`/).slice(0, 4));
      teller.expect("the base's code sees what was changed, and stops it", comment.includes(stopped), comment);
    },
  },
  {
    name: "label",
    title: "A person with write access accepts the change with a label, which counts for this commit only",
    needs: ["preview"],
    async play(rehearsal, teller) {
      const label = "preview-override";
      greeting.github.label(label, "grace", new Date(Date.now() + 1000));
      ended(await rehearsal.preview(greeting, "labeled", label), "report", "success", teller);
      const by = `The label \`${label}\` lets it pass, set by \`grace\`.`;
      teller.expect("the same comment says who let it pass", rehearsal.comment().includes(by), rehearsal.comment());
      await rehearsal.pushTo(greeting, () =>
        rehearsal.repository.set(stack, { environment: { GREETING: "hello again" } }),
      );
      ended(await rehearsal.preview(greeting, "synchronize"), "report", "failure", teller);
      teller.expect("another commit: the label is removed", !greeting.github.labels.includes(label));
      greeting.github.label(label, "grace", new Date(Date.now() + 1000));
      const again = await rehearsal.rerun();
      ended(again, "collect", "success", teller);
      const { said } = ended(again, "report", "success", teller);
      teller.expect(
        "the run, again, replaces its artifacts",
        said.includes("preview-report has been successfully uploaded"),
      );
    },
  },
  {
    name: "sandbox",
    title: "The label sandbox creates an environment of its own",
    needs: ["preview"],
    async play(rehearsal, teller) {
      greeting.github.label("sandbox");
      const runs = await rehearsal.sandbox(greeting, "labeled", "sandbox");
      const { said } = ended(runs, "up", "success", teller);
      teller.quote(linesOf(said, /is up|expires in/));
      teller.expect("it answers", (await rehearsal.ask(sandboxStack)) === 200);
    },
  },
  {
    name: "merge-queue",
    title: "Through a merge queue, merged, and deployed",
    needs: ["label"],
    async play(rehearsal, teller) {
      const queued = await rehearsal.queued(greeting);
      teller.expect(
        "the queue's commit gets its checks: no job runs, which counts as passed",
        queued.map(({ workflow, jobs }) => `${workflow} ${jobs.length}`).join() === "preview.yml 0",
      );
      await rehearsal.merge(greeting);
      const { said } = ended(await rehearsal.push(), "deploy", "success", teller);
      const accepted =
        /accepted: (?:replace|delete) of \S+ \(kubernetes:core\/v1:Namespace\): accepted by grace on pull request #7/;
      teller.quote(linesOf(said, /^ {2}(?:ok|accepted|new):|which is good/));
      teller.expect("what was accepted on the pull request is replaced", accepted.test(said), said);
      teller.expect(`the service answers, from namespace ${newNamespace}`, (await rehearsal.ask()) === 200);
      teller.expect(
        "the namespace is the stack's",
        (await rehearsal.tracesOf(stack)).includes(`namespace/${newNamespace}`),
      );
    },
  },
  {
    name: "reaper",
    title: "A sandbox that nobody took down expires, and the hourly run removes it",
    needs: ["sandbox"],
    async play(rehearsal, teller) {
      await rehearsal.letSandboxExpire();
      const runs = await rehearsal.schedule("sandbox.yml");
      for (const id of ["due", "work"]) ended(runs, id, "success", teller);
      const left = await rehearsal.tracesOf(sandboxStack);
      teller.expect("nothing is left of it", left.length === 0, left.join("\n"));
      teller.expect("the environment answers", (await rehearsal.ask()) === 200);
    },
  },
  {
    name: "drift",
    title:
      "Somebody changes the environment with kubectl; the daily run finds it, and a deployment with refresh puts it back",
    needs: ["merge-queue"],
    async play(rehearsal, teller) {
      await rehearsal.changeByHand("GREETING=fixed at 3 am");
      const look = ended(await rehearsal.schedule("drift.yml"), "look", "success", teller);
      const { title, body } = rehearsal.issue();
      teller.expect(`an issue is open: "${title}"`, rehearsal.issue().state === "open");
      teller.expect("it shows both values", /\| `hello again` \| `fixed at 3 am` \|/.test(body), body);
      teller.expect("so does the run's page", look.summary.includes("fixed at 3 am"), look.summary);
      ended(await rehearsal.dispatch("refresh"), "deploy", "success", teller);
      ended(await rehearsal.schedule("drift.yml"), "look", "success", teller);
      const { state, comments } = rehearsal.issue();
      teller.expect("the issue is closed", state === "closed" && /^The drift is gone at /.test(comments[0] ?? ""));
    },
  },
  {
    name: "put-back",
    title: "Another change by hand: a comment on the issue puts it back, if its author may write",
    async play(rehearsal, teller) {
      await rehearsal.changeByHand("DRAIN_SECONDS=60");
      ended(await rehearsal.schedule("drift.yml"), "look", "success", teller);
      const issue = rehearsal.issue();
      teller.expect(`an issue is open: "${issue.title}"`, issue.state === "open");
      const words = "/tarmac put-back";
      const refused = await rehearsal.commentOnIssue(issue, "mallory", words);
      const [answer = ""] = issue.comments;
      teller.expect("mallory gets an answer", answer.includes("only people with write access"), answer);
      teller.expect("and nothing else runs", refused.jobs.map(({ id }) => id).join() === "order");
      const runs = await rehearsal.commentOnIssue(issue, "grace", words);
      for (const id of ["order", "put-back", "look"]) ended(runs, id, "success", teller);
      teller.quote(linesOf(jobOf(runs, "put-back").said, /^put(?:ting)? back/));
      teller.expect("the issue is closed", issue.state === "closed", issue.comments.join("\n"));
      teller.expect("the service answers", (await rehearsal.ask()) === 200);
    },
  },
  {
    name: "two-merges",
    title: "Two pull requests that are harmless alone, and together replace the namespace",
    async play(rehearsal, teller) {
      const { repository } = rehearsal;
      const composition = "settings/service/composeService.ts";
      const [before, after] = [
        "new AppNamespace(settings.namespace ?? appName,",
        'new AppNamespace([settings.namespace ?? appName, settings.environment?.TEAM ?? []].flat().join("-"),',
      ];
      const teams = await rehearsal.openPullRequest(8, "teams", () => repository.edit(composition, before, after));
      const blue = await rehearsal.openPullRequest(9, "blue", () =>
        repository.set(stack, { environment: { GREETING: "hello again", TEAM: "blue" } }),
      );
      for (const pull of [teams, blue]) ended(await rehearsal.preview(pull, "opened"), "report", "success", teller);
      for (const pull of [teams, blue]) await rehearsal.merge(pull);
      const { said } = ended(await rehearsal.push(), "deploy", "failure", teller);
      teller.quote(linesOf(said, /stopped/));
      teller.expect("nothing was changed", said.includes("is stopped, and nothing was changed"), said);
      teller.expect("the service answers", (await rehearsal.ask()) === 200);
      await rehearsal.commitToMain("No namespaces of teams", () => repository.edit(composition, after, before));
      ended(await rehearsal.push(), "deploy", "success", teller);
    },
  },
  {
    name: "rollback",
    title:
      "A rollback that waits for a deployment is not displaced by the next push; repeating the older run deploys nothing",
    async play(rehearsal, teller) {
      const { repository, github } = rehearsal;
      const waiting: string[] = [];
      github.jobs.onWait = ({ run }) => void waiting.push(run);
      await rehearsal.commitToMain("Another image", () =>
        repository.edit("app/package.json", '"private": true', '"private": true, "description": "Rolled back"'),
      );
      const deployment = await rehearsal.startPush();
      await until("the deployment runs", () => Promise.resolve(github.jobs.runs("stack-dev")));
      const rollback = await rehearsal.startDispatch("rollback");
      await until("the rollback waits", () => Promise.resolve(waiting.length === 1));
      await rehearsal.commitToMain("Another greeting", () =>
        repository.set(stack, { environment: { GREETING: "good morning" } }),
      );
      const next = await rehearsal.startPush();
      await until("the next deployment waits", () => Promise.resolve(waiting.length === 2));
      const runs = [await deployment.end, await rollback.end, await next.end];
      for (const run of runs) ended(run, "deploy", "success", teller);
      const { said } = jobOf(runs[1] ?? [], "deploy");
      teller.quote(linesOf(said, rollsBack));
      teller.expect("the command names the image that it rolls back to", rollsBack.test(said), said);
      teller.expect("the service answers", (await rehearsal.ask()) === 200);
      const image = await rehearsal.imageOf(stack);
      const again = ended(await rehearsal.rerun(runs[0]), "deploy", "failure", teller);
      teller.quote(linesOf(again.said, /stopped/));
      teller.expect("the older run, again, deploys nothing", again.said.includes("is older than"), again.said);
      teller.expect("the image stays", (await rehearsal.imageOf(stack)) === image);
    },
  },
  {
    name: "promotion",
    title: "Another environment runs what dev has proved: passed on by the same run, and looked up by a manual run",
    async play(rehearsal, teller) {
      await rehearsal.addEnvironment("staging");
      const failed = await rehearsal.withoutSignIn(() => rehearsal.push(), "environment:staging");
      ended(failed, "dev/deploy", "success", teller);
      ended(failed, "staging/deploy", "failure", teller);
      const again = await rehearsal.rerunFailed();
      kept(again, ["deploy"], teller);
      const { said } = ended(again, "staging/deploy", "success", teller);
      teller.quote(linesOf(said, /has proved|which is good/));
      const [from, to] = [await rehearsal.imageOf(stack), await rehearsal.imageOf("staging")];
      teller.expect("the same image, from a registry of its own", from !== to && digestOf(from) === digestOf(to), to);
      teller.expect("it answers", (await rehearsal.ask("staging")) === 200);
      const byHand = await rehearsal.dispatch("deploy", "staging");
      teller.quote(linesOf(ended(byHand, "proved", "success", teller).said, /has proved/));
      ended(byHand, "deploy", "success", teller);
      teller.expect("nothing has changed", (await rehearsal.imageOf("staging")) === to);
    },
  },
  {
    name: "outage",
    title: "An outage makes jobs of each workflow fail; after it, the failed jobs run again and pass",
    async play(rehearsal, teller) {
      const pull = await rehearsal.openPullRequest(10, "outage", () =>
        rehearsal.repository.set(stack, { labels: { team: "blue" } }),
      );
      const preview = await rehearsal.withoutSignIn(() => rehearsal.preview(pull, "opened"));
      for (const id of ["collect", "report"]) ended(preview, id, "failure", teller);
      const previewed = await rehearsal.rerunFailed();
      kept(previewed, [], teller);
      for (const id of ["collect", "report"]) ended(previewed, id, "success", teller);
      // A client tries a change four times.
      const outage = { method: "PATCH", status: 503, message: "Service Unavailable" };
      rehearsal.github.faults.push(...Array.from({ length: 4 }, () => outage));
      ended(await rehearsal.preview(pull, "edited"), "report", "failure", teller);
      const reported = await rehearsal.rerunFailed();
      kept(reported, ["collect"], teller);
      ended(reported, "report", "success", teller);

      pull.github.label("sandbox");
      const up = await rehearsal.withoutSignIn(() => rehearsal.sandbox(pull, "labeled", "sandbox"));
      ended(up, "up", "failure", teller);
      ended(up, "report", "success", teller);
      const created = await rehearsal.rerunFailed();
      kept(created, ["announce"], teller);
      for (const id of ["up", "report"]) ended(created, id, "success", teller);
      pull.github.unlabel("sandbox", "grace");
      const down = await rehearsal.withoutSignIn(() => rehearsal.sandbox(pull, "unlabeled", "sandbox"));
      ended(down, "down", "failure", teller);
      ended(await rehearsal.rerunFailed(), "down", "success", teller);
      const left = await rehearsal.tracesOf("sandbox-pr-10");
      teller.expect("nothing is left of the sandbox", left.length === 0, left.join("\n"));

      for (const [file, id] of [
        ["drift.yml", "look"],
        ["sandbox.yml", "due"],
      ] as const) {
        ended(await rehearsal.withoutSignIn(() => rehearsal.schedule(file)), id, "failure", teller);
        const again = await rehearsal.rerunFailed();
        ended(again, id, "success", teller);
        const failed = again.jobs.filter(({ result }) => result !== "success").map(({ path }) => path);
        teller.expect(`so does every other job of ${file}`, failed.length === 0, failed.join());
      }
    },
  },
];

/**
 * @param names of stations, e.g. ["drift"]. Default: all
 * @returns these and the stations that they need, in their order
 * @throws Error when there is no station of a name
 */
export function chosenStations(names?: readonly string[]): readonly Station[] {
  if (names === undefined) return stations;
  const chosen = new Set([stations[0]?.name ?? ""]);
  const choose = (name: string) => {
    const station = stations.find((one) => one.name === name);
    if (station === undefined)
      throw new Error(`there is no station "${name}"; there are ${stations.map((one) => one.name).join(", ")}`);
    chosen.add(name);
    station.needs?.forEach(choose);
  };
  names.forEach(choose);
  return stations.filter(({ name }) => chosen.has(name));
}
