/** Names of networks and of what is in and around them, which follow one rule. */
import { ArmError } from "../armErrors.ts";

/** What is wrong with a name, or undefined. @param explanation goes on from the sentence that it is invalid */
export const checkNetworkName = (name: string, explanation = ""): ArmError | undefined =>
  /^[a-z0-9](?:[\w.-]{0,78}\w)?$/i.test(name)
    ? undefined
    : new ArmError(400, "InvalidResourceName", `Resource name ${name} is invalid.${explanation}`);
