/**
 * Updates a stack as a pipeline does: recovers it, enforces the policies, tests its services, and records good images.
 */
import { splitImageReference } from "@tarmac/validate/imageReference";
import { attestHint } from "../attest/attestHint.ts";
import { imagesToVerify, trustedSignersIn } from "../attest/imagesToVerify.ts";
import { requireSyft } from "../attest/sbom.ts";
import { azureResources } from "../azure/azureResources.ts";
import { azureSettingsOf } from "../azure/azureSettings.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { jobTimeLimitMinutes, outlivesItsJob, setOutput } from "../github/workflow.ts";
import { ownPolicyPack, type PolicyPack } from "../policy/policyPack.ts";
import { withVerifiedImages } from "../policy/verifiedImages.ts";
import { preflightBeforeFirstUpdate } from "../preflight/runPreflight.ts";
import { project, projectNameIn } from "../project.ts";
import { cliOf, PulumiFailed } from "../pulumi/pulumiCli.ts";
import { backendOf } from "../pulumi/stackBackend.ts";
import { outputsOf, stateOf } from "../pulumi/stackState.ts";
import { watchStackRollout } from "../rollout/stackRollout.ts";
import { refuseSleeping, wakeForUpdate } from "../sleep/sleepingCluster.ts";
import { settingsInFile } from "../stackFiles/settingsFromFile.ts";
import { withCopyOfStackFile } from "../stackFiles/stackFileCopy.ts";
import { type Aftermath, aftermath, triedBesides } from "./aftermath.ts";
import { chosenImages } from "./chosenImages.ts";
import { registriesOf, tagImages } from "./commitTags.ts";
import { deployedCommits, noteNewest, notePassed } from "./deployedCommits.ts";
import type { DeployedService } from "./deployedServices.ts";
import { handedOn, type Judgement, Stopped } from "./deploymentGate.ts";
import { deployedMarkdown, failedMarkdown } from "./deploymentMarkdown.ts";
import { OutOfOrder } from "./deploymentOrder.ts";
import type { DeployOptions } from "./deployOptions.ts";
import { type DeploySession, factsNow, openSession, servicesNow } from "./deploySession.ts";
import { noteGood } from "./goodImages.ts";
import { keptImages } from "./keptImages.ts";
import { mergedPullRequests } from "./mergedPullRequests.ts";
import { proofIn, proofLine, type ProvenImages, provenImages } from "./provenImages.ts";
import { judgeNow } from "./judgeNow.ts";
import { commitOf, rollbackPlan, type RollbackPlan, wayBack } from "./rollbackPlan.ts";
import { everyonePassed, smoke, type Tried, heldTo } from "./smoke.ts";
import { type Update, update } from "./update.ts";

/** @returns the exit code @throws CouldNotRun */
export async function runDeploy(options: DeployOptions): Promise<number> {
  // The doctor and the smoke test also read the state.
  Object.assign(process.env, backendOf(options.stack, process.env));
  const session = await openSession(options);
  if (options.find === true) return options.rollback === true ? findCommit(session) : findImages(session);
  // Report invalid settings before anything else happens. For a rollback, the older commit's program validates its
  // settings.
  const attestation = options.rollback === true ? undefined : attestationOf(session);
  if (options.smoke === true) return tryServices(session, undefined);
  // Before anything is changed: an image that cannot be attested would go no further.
  if (attestation !== undefined) await requireSyft();
  const isFirst = Object.keys(await outputsOf(session.cli, session.stack)).length === 0;
  if (options.preflight && options.preview !== true && isFirst)
    await preflightBeforeFirstUpdate(session.stack, session.file, session.say);
  // A stack that runs nothing has no cluster yet.
  const azure = azureSettingsOf(session.file);
  if (!isFirst && options.preview === true) await refuseSleeping(session.stack, azure);
  if (!isFirst && options.preview !== true) await wakeForUpdate(session.stack, azure, session.say);
  const before = await servicesNow(session);
  const plan = options.rollback === true ? await planOf(session) : undefined;
  const changes =
    plan === undefined ? await followedImages(session) : chosenImages(projectNameIn(project), plan.images);
  const verified = await verifiedDigests(session, changes);
  if (verified === "refused") return 1;
  const copy = { folder: project, stack: session.stack, file: session.file, changes };
  const wanted = updateOf(session);
  const act = (policyPack: PolicyPack | undefined) =>
    withCopyOfStackFile(copy, async (configFile) => {
      const told = { ...wanted, configFile, ...(policyPack === undefined ? {} : { policyPack }) };
      if (options.preview === true) return onlyPreview(session, told);
      await update(contextOf(session), told);
      return undefined;
    });
  try {
    const { policyPack } = wanted;
    const code =
      policyPack === undefined || verified === undefined
        ? await act(policyPack)
        : await withVerifiedImages(policyPack, verified, act);
    if (code !== undefined) return code;
  } catch (error) {
    return afterError(session, error, before);
  }
  const unattested = attestation === undefined ? undefined : await attestNow(session, attestation);
  return tryServices(session, plan, unattested);
}

/**
 * The digests of the images that the stack is going to run.
 * @returns `undefined` if the settings demand no attestations, "refused" if an image has none that counts, which is then reported
 * @throws CouldNotRun if a registry or a key cannot be read
 */
async function verifiedDigests(
  session: DeploySession,
  changes: Readonly<Record<string, unknown>>,
): Promise<readonly string[] | "refused" | undefined> {
  const { stack, file, cli, say } = session;
  const trustedSigners = trustedSignersIn(file);
  if (trustedSigners.length === 0) return undefined;
  const images = await imagesToVerify({ cli, stack, file }, changes);
  const { verifiedLines, verifyImages } = await import("../attest/verifyImages.ts");
  const verified = await verifyImages({ cli, stack, file }, images, trustedSigners, project);
  for (const line of verified.flatMap(verifiedLines)) say(line);
  const refused = verified.filter(({ problems }) => problems.length > 0);
  if (refused.length === 0) return verified.flatMap(({ image }) => splitImageReference(image).digest ?? []);
  say(
    `The deployment of ${stack} is stopped, and nothing was changed: trustedSigners allows only attested images. ` +
      attestHint(project, settingsInFile(file, stack).imageFrom),
  );
  const reasons = refused.map(({ image, problems }) => ({
    stack,
    kind: "attestation",
    text: [image, ...problems].join("; "),
  }));
  session.result("stopped", { reasons, changes: [] });
  return "refused";
}

/** What a deployment attaches to the images that it builds; `undefined` if the settings ask for nothing. */
interface Attestation {
  signWith: string | undefined;
}

/** @throws CouldNotRun for invalid settings */
function attestationOf({ file, stack, options }: DeploySession): Attestation | undefined {
  const { attest, signWith } = settingsInFile(file, stack);
  return attest && options.smoke !== true && options.preview !== true ? { signWith } : undefined;
}

/** @returns why an image could not be attested */
async function attestNow(session: DeploySession, { signWith }: Attestation): Promise<string | undefined> {
  const { cli, stack, file, exactCommit, workflow, say } = session;
  const target = { cli, stack, file, folder: project };
  try {
    const { attestStack } = await import("../attest/attestStack.ts");
    await attestStack({ ...target, signWith, commit: exactCommit, workflow, say });
    return undefined;
  } catch (error) {
    if (!(error instanceof CouldNotRun)) throw error;
    return `The image is deployed, but not attested: ${error.message}\nTo attest it without deploying again: npx tarmac attest ${stack}`;
  }
}

function updateOf({ stack, options, say }: DeploySession): Update {
  const policyPack = options.policy ? ownPolicyPack(stack, project) : undefined;
  if (options.policy && policyPack === undefined)
    say("this project has no policy pack (folder policy), so no policies apply");
  return {
    ...{ stack, takeLock: options.takeLock === true, refresh: options.refresh === true },
    ...(policyPack === undefined ? {} : { policyPack }),
    ...(outlivesItsJob(process.env) ? { jobMinutes: jobTimeLimitMinutes } : {}),
    unplanned: options.plan !== true,
  };
}

function contextOf(session: DeploySession) {
  const { cli, say, stack, options, exactCommit, workflow } = session;
  return {
    ...{ cli, say, now: () => new Date() },
    azure: () => azureResources(azureSettingsOf(session.file)),
    watch: (name: string, signal: AbortSignal) => watchStackRollout(cli, name, say, signal),
    // Runs with the lock held: no other process updates the stack between this and the update.
    gate: async (wanted: Update, savePlan: string | undefined) => {
      const judgement = await judgeNow(session, wanted, savePlan);
      if (judgement.verdict.state === "stopped") throw new Stopped(stack, judgement);
      // After a rollback, too, nothing older than the commit it left may be deployed.
      if (options.rollback === true || exactCommit === undefined) return;
      if (workflow.commit !== undefined || (await deployedCommits(cli, stack)).newest !== undefined)
        await noteNewest(cli, stack, exactCommit);
    },
  };
}

/** Sets the output `commit`: the commit that the checkout must have for a rollback. */
async function findCommit({ workflow, say, stack, ...session }: DeploySession): Promise<number> {
  const plan = rollbackPlan(stack, await factsNow({ workflow, say, stack, ...session }), session.options.service);
  const commit = commitOf(plan);
  if (workflow.outputFile !== undefined) setOutput(workflow.outputFile, "commit", commit ?? "");
  say(
    commit === undefined
      ? `the images that ${stack} returns to have no commit in common: the program and the settings of this checkout apply`
      : `the images that ${stack} returns to passed with ${commit}`,
  );
  return 0;
}

/**
 * Sets the output `images`: the images that the stack should run, for a job that may not read the stack that proved
 * them.
 */
async function findImages(session: DeploySession): Promise<number> {
  const { workflow, say, stack, file } = session;
  const { imageFrom } = settingsInFile(file, stack);
  const proven = imageFrom === undefined ? undefined : await provenIn(session, imageFrom);
  if (workflow.outputFile !== undefined)
    setOutput(workflow.outputFile, "images", proven === undefined ? "" : proofLine(proven));
  say(proven === undefined ? `${stack} builds its image` : `${proven.stack} has proved ${proofLine(proven)}`);
  return 0;
}

/** Uses the state of the other stack, which may be in another backend. */
function provenIn({ say }: DeploySession, imageFrom: string): Promise<ProvenImages> {
  return provenImages(cliOf({ cwd: project, env: backendOf(imageFrom, process.env) }, say), imageFrom);
}

/** The images of the stack in `imageFrom`, as settings; with --refresh, the current images. */
async function followedImages(session: DeploySession): Promise<Record<string, unknown>> {
  const { options, stack, file, say, cli } = session;
  const { imageFrom, image, images } = settingsInFile(file, stack);
  if (imageFrom === undefined || image !== undefined || Object.keys(images).length > 0) return {};
  const kept = options.refresh === true ? await keptImages(cli, project, stack, file) : undefined;
  if (kept !== undefined && Object.keys(kept.changes).length > 0) return kept.changes;
  const proven =
    options.images === undefined || options.images === ""
      ? await provenIn(session, imageFrom)
      : proofIn(options.images, imageFrom);
  for (const [name, one] of Object.entries(proven.images)) say(`${name} runs what ${imageFrom} has proved: ${one}`);
  return chosenImages(projectNameIn(project), proven.images, proven.registry);
}

async function planOf(session: DeploySession): Promise<RollbackPlan> {
  const { stack, say, options, commit } = session;
  const plan = rollbackPlan(stack, await factsNow(session), options.service);
  for (const [name, { image }] of plan.returns) say(`rolling ${name} back to ${image}`);
  const passedWith = commitOf(plan);
  if (passedWith !== undefined && commit !== undefined && passedWith !== commit)
    say(`it passed with the commit ${passedWith}; the program and the settings are those of ${commit}`);
  return plan;
}

async function onlyPreview(session: DeploySession, wanted: Update): Promise<number> {
  const { outputFile } = session.workflow;
  const judgement = await judgeNow(session, wanted);
  if (outputFile !== undefined) setOutput(outputFile, "changes", handedOn(judgement));
  const stopped = judgement.verdict.state === "stopped";
  session.result(stopped ? "stopped" : "passes", {
    ...{ reasons: judgement.verdict.reasons, changes: changesOf(judgement) },
  });
  return stopped ? 1 : 0;
}

const changesOf = ({ report }: Judgement) =>
  report.environments.flatMap(({ preview: seen }) =>
    (seen?.changes ?? []).map(({ action, type, name, urn }) => ({ action, type, name, urn })),
  );

/** @returns the exit code @throws the error if the update did not cause it */
async function afterError(session: DeploySession, error: unknown, before: readonly DeployedService[]): Promise<number> {
  const { stack, say, result, hide } = session;
  if (error instanceof OutOfOrder) {
    say(`The deployment of ${stack} is stopped, and nothing was changed: ${error.message}`);
    result("stopped", { reasons: [{ stack, kind: "order", text: error.message }], changes: [] });
    return 1;
  }
  if (error instanceof Stopped) {
    say(`The deployment of ${stack} is stopped, and nothing was changed.`);
    const { judgement } = error;
    result("stopped", { reasons: judgement.verdict.reasons, changes: changesOf(judgement) });
    return 1;
  }
  if (!(error instanceof PulumiFailed)) throw error;
  const after: Aftermath = await aftermath(stack, before).catch((cause: unknown) => ({
    serving: `The pods could not be checked: ${(cause as Error).message}`,
  }));
  say(["", `The update of ${stack} failed.`, after.serving, after.diagnosis].filter(Boolean).join("\n"));
  const { besides, back } = await afterFailure(session);
  if (back !== undefined) say(back);
  session.summarise(failedMarkdown({ stack, error: error.message, ...after, back }));
  result("failed", { error: hide(error.message), ...after, services: besides.map(resultOf) });
  return 1;
}

/** Records the other services that passed, and explains how to roll back the rest. */
async function afterFailure(session: DeploySession): Promise<{ besides: Tried[]; back?: string | undefined }> {
  try {
    const facts = await factsNow(session);
    const besides = await triedBesides(session.stack, facts);
    await remember(session, facts.services, besides);
    return { besides, back: wayBack(session.stack, await factsNow(session)) };
  } catch (error) {
    session.say(`The services could not be tested: ${(error as Error).message}`);
    return { besides: [] };
  }
}

/** Prints the result for each service, and records those that passed. */
async function remember(
  { cli, stack, say, options, exactCommit }: DeploySession,
  services: readonly DeployedService[],
  tried: readonly Tried[],
): Promise<void> {
  for (const { service, seen, problems } of tried) {
    const name = services.length > 1 ? `${service.name}: ` : "";
    for (const line of seen) say(`  ok: ${name}${line}`);
    for (const line of problems) say(`  not ok: ${name}${line}`);
  }
  const passed = tried.filter(({ problems }) => problems.length === 0).map(({ service }) => service);
  // A test of what already runs says nothing about the commit of this checkout.
  if (passed.length > 0) await noteGood(cli, stack, services, passed, options.smoke === true ? undefined : exactCommit);
}

/**
 * The smoke test and its consequences.
 * @param plan of a rollback
 * @param unattested why the images could not be attested: the next environment must not get them then
 */
async function tryServices(
  session: DeploySession,
  plan: RollbackPlan | undefined,
  unattested?: string,
): Promise<number> {
  const { stack, say, cli, workflow, options } = session;
  const services = await servicesNow(session);
  if (services.length === 0)
    throw new CouldNotRun(`stack "${stack}" runs no service (Deployment): is it deployed? npx tarmac deploy ${stack}`);
  for (const { name, address } of services) say(`testing ${name}${address === undefined ? "" : ` at ${address}`}`);
  const tried = (await smoke(stack, services)).map((one) => heldTo(one, plan?.images ?? {}));
  const passed = everyonePassed(tried);
  await remember(session, services, tried);
  if (plan === undefined && options.smoke !== true) await nameImages(session, tried);
  if (passed && (await isDeployment(session, plan))) await notePassed(cli, stack, session.exactCommit ?? "");
  if (passed && unattested === undefined && workflow.outputFile !== undefined && options.smoke !== true)
    setOutput(workflow.outputFile, "images", proofLine(await provenImages(cli, stack)));
  const back = passed ? undefined : wayBack(stack, await factsNow(session));
  say(
    passed
      ? `${stack} runs ${services.map(({ image }) => image ?? "an unknown image").join(", ")}, which is good`
      : [`${stack} did not pass the smoke test; to find out why: npx tarmac doctor ${stack}`, back]
          .filter(Boolean)
          .join("\n"),
  );
  if (unattested !== undefined) say(unattested);
  session.summarise(
    deployedMarkdown({ stack, tried, back: [unattested, back].filter(Boolean).join(" ") || undefined }),
  );
  const [only] = tried;
  session.result(passed ? "good" : "bad", {
    ...(only !== undefined && tried.length === 1
      ? { image: only.service.image, smoke: { seen: only.seen, problems: only.problems } }
      : {}),
    services: tried.map(resultOf),
    ...(unattested === undefined ? {} : { unattested }),
  });
  return passed && unattested === undefined ? 0 : 1;
}

const resultOf = ({ service: { name, namespace, image, address }, seen, problems }: Tried) => ({
  ...{ name, namespace, image, address, smoke: { seen, problems } },
});

/** Tags the images that passed in their registry. A deployment does not fail if that fails. */
async function nameImages({ cli, stack, file, exactCommit, gitHub, say }: DeploySession, tried: readonly Tried[]) {
  if (exactCommit === undefined) return;
  try {
    const pullRequests =
      gitHub === undefined
        ? []
        : (await mergedPullRequests(gitHub.client, { repository: gitHub.repository, commit: exactCommit })).numbers;
    const passed = tried.filter(({ problems }) => problems.length === 0);
    const given = await tagImages({
      ...{ state: await stateOf(cli, stack), images: passed.flatMap(({ service }) => service.image ?? []) },
      ...{ commit: exactCommit, pullRequests, repositories: registriesOf(azureSettingsOf(file)) },
    });
    for (const [image, tags] of given) say(`tagged ${image} with ${tags.join(" and ")}`);
  } catch (error) {
    say(`The images are not tagged with the commit: ${(error as Error).message}`);
  }
}

/**
 * Whether the stack now runs this commit. By hand: only if workflows deploy it; after a rollback: only with the program
 * that belongs to the images.
 */
async function isDeployment(
  { options, exactCommit, workflow, cli, stack }: DeploySession,
  plan: RollbackPlan | undefined,
): Promise<boolean> {
  if (options.smoke === true || exactCommit === undefined) return false;
  if (plan !== undefined && commitOf(plan) !== exactCommit) return false;
  return workflow.commit !== undefined || (await deployedCommits(cli, stack)).passed !== undefined;
}
